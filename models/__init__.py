"""The domain of Sparekey: what is ruled here knows no GraphQL and no HTTP.

An `account` is made by `registration`, or by an operator, who may also take many over from
elsewhere (`imports`: an `import_file` of `newcomers`, with their `foreign_hashes`). `sign_in`
takes e-mail and password; what comes next is a `challenge`: bind an authenticator app
(`enrollment`, `pending`), or enter its code (`two_factor`). Only then is there a `session`. Who
lost the phone asks for a reset (`recovery`): a `ticket` in the `queue`, with `evidence`, on which
the `desk` works until a `decision`; approval is a `grant` to enrol again. `calling_off` is how a
reset comes to nothing. The desk also has `search`, its counters (`figures`) and its `days`.

Every change of a ticket is told by the ordered `feed`, which a `tailer` reads once for the whole
process, woken by a `doorbell`. `mail` is the outbox, `audit` the record that a `chain` seals,
`throttle` says how many tries there are, `errors` is what can be refused, and `policy` what an
operator decides.
"""
