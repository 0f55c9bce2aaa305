"""What the second step's code asks of the database: one statement to read, pay and accept each.

On PostgreSQL each is a chain in which nothing is done unless all is; on SQLite several in one
transaction.
"""

from functools import cache

from models.accounts.account import Account
from models.record import audit
from models.second_factor.attempts import FAILURES_IN_A_ROW
from models.second_factor.two_factor import Authenticator
from models.signing_in import session as sessions
from models.signing_in import throttle
from models.signing_in.challenge import SignIn, Step
from models.storage.rows import Columns
from models.storage.statement import Statement, Whole

HALF, ACCOUNT, FACTOR = Columns(SignIn, "s"), Columns(Account, "a"), Columns(Authenticator, "f")


@cache
def reading() -> Statement:
    """A challenge that takes a code, with all that judges the code: `Look` in `code_entry`.

    By its token's hash, now, and what the browser claims to add to the throttle's key.
    """
    return Statement(_selecting())


def _selecting() -> str:
    return f"""
SELECT {HALF.listed}, {ACCOUNT.listed}, {FACTOR.listed}, ROW_VERSION(a) AS account_row,
    t.failures AS everybodys, b.failures AS browsers,
    (SELECT SPACED(step) FROM disclosed_step AS d WHERE d.account_id = a.id) AS disclosed,
    EXISTS (
        SELECT 1 FROM recovery_ticket AS r
        WHERE r.account_id = a.id AND (r.state = 'WAITING' OR r.state = 'CLAIMED')
    ) OR EXISTS (
        SELECT 1 FROM reset_grant AS g
        WHERE g.account_id = a.id AND g.ended_at IS NULL AND g.expires_at > $2
    ) AS reset_waiting
FROM sign_in AS s JOIN account AS a ON a.id = s.account_id
LEFT JOIN authenticator AS f ON f.account_id = a.id
LEFT JOIN throttle AS t ON t.key = 'code:' || CAST(a.id AS text)
LEFT JOIN throttle AS b ON b.key = 'code:' || CAST(a.id AS text) || $3
WHERE s.token_hash = $1 AND s.completed_at IS NULL AND s.expires_at > $2 AND s.attempts_left > 0
    AND s.step IN ('{Step.CODE}', '{Step.RELEASE}')
    AND a.disabled_at IS NULL AND s.security_version = a.security_version
"""  # noqa: S608 # words of ours


# All below lock account, authenticator, challenge and throttle in this order.

_USABLE = f"f.suspended_at IS NULL AND f.failures_in_a_row < {FAILURES_IN_A_ROW}"
_TAKING = "s.completed_at IS NULL AND s.attempts_left > 0"
_COUNT = "UPDATE authenticator AS f SET failures_in_a_row = f.failures_in_a_row + 1"
_CHARGE = "UPDATE sign_in AS s SET attempts_left = s.attempts_left - 1"


@cache
def paying() -> Statement:
    """What `reading` gives, on PostgreSQL alone, and what is left once it has paid.

    It pays where nothing has failed lately, for who claims no browser, by failures and their end.
    """
    common = "SELECT 'code:' || CAST(held.account_id AS text), $4, $5"
    return Statement(f"""
WITH look AS ({_selecting()}),
held AS (
    SELECT f.account_id FROM look, authenticator AS f, sign_in AS s
    WHERE f.account_id = look.a_id AND s.id = look.s_id AND {_USABLE} AND {_TAKING}
        AND COALESCE(look.everybodys, '') = ''
    FOR NO KEY UPDATE OF f, s
),
paid AS ({throttle.paying(f"{throttle.INTO} {common}", "FROM held", "''")}),
counted AS (
    {_COUNT} FROM held, paid WHERE f.account_id = held.account_id
    RETURNING f.failures_in_a_row AS failures
),
charged AS (
    {_CHARGE} FROM counted, look WHERE s.id = look.s_id
    RETURNING s.attempts_left, counted.failures
)
SELECT look.*, charged.attempts_left, charged.failures FROM look LEFT JOIN charged ON TRUE
""")  # noqa: S608 # words of ours


# $1 account, $2 challenge, $3 to $6 the price.
_PAYING = f"f.account_id = $1 AND {_USABLE}"
_CHARGED = f"s.id = $2 AND {_TAKING}"
PAY = Whole(
    Statement(f"""
WITH held AS (
    SELECT f.account_id FROM authenticator AS f, sign_in AS s WHERE {_PAYING} AND {_CHARGED}
    FOR NO KEY UPDATE OF f, s
),
paid AS ({throttle.payment(3, "FROM held")}),
counted AS (
    {_COUNT} FROM held, paid WHERE f.account_id = held.account_id
    RETURNING f.failures_in_a_row AS failures
)
{_CHARGE} FROM counted WHERE s.id = $2 RETURNING s.attempts_left, counted.failures
"""),  # noqa: S608 # words of ours
    Statement(throttle.payment(3)),
    Statement(f"{_COUNT} WHERE {_PAYING} RETURNING account_id"),
    Statement(f"""
{_CHARGE} WHERE {_CHARGED}
RETURNING attempts_left,
    (SELECT failures_in_a_row FROM authenticator WHERE account_id = $1) AS failures
"""),  # noqa: S608 # words of ours
)

# $1 account, $2 challenge, $3 now, $4 locale, $5 step, $6 version, $7 the account's row as it was
# read, $8 and $9 the charge, then the session and the audit entry. Whoever asks for a reset, or
# grants one, writes the account: while its row is the same, there is still none to be called off.
_SAME = "a.id = $1 AND a.security_version = $6 AND a.disabled_at IS NULL"
_UNUSED = "f.account_id = $1 AND f.last_step < $5 AND f.suspended_at IS NULL"
_OPEN = "s.id = $2 AND s.completed_at IS NULL AND s.expires_at > $3"
_SEE = "UPDATE account AS a SET last_sign_in_at = $3, locale = $4"
_USE = "UPDATE authenticator AS f SET last_step = $5, last_used_at = $3, failures_in_a_row = 0"
_COMPLETE = "UPDATE sign_in AS s SET completed_at = $3"
_SESSION = sessions.WRITTEN.sql(first=10)
_AUDIT = audit.WRITTEN.sql(first=10 + len(sessions.WRITTEN.columns))
ACCEPT = Whole(
    Statement(f"""
WITH held AS (
    SELECT a.id FROM account AS a, authenticator AS f, sign_in AS s
    WHERE {_SAME} AND ROW_VERSION(a) = $7 AND {_UNUSED} AND {_OPEN}
    FOR NO KEY UPDATE OF a, f, s
),
used AS ({_USE} FROM held WHERE f.account_id = held.id RETURNING f.account_id),
seen AS ({_SEE} FROM used WHERE a.id = used.account_id RETURNING a.id),
completed AS ({_COMPLETE} FROM seen WHERE s.id = $2 RETURNING s.id),
opened AS ({_SESSION} FROM completed RETURNING id),
forgotten AS ({throttle.forgetting(8)} AND EXISTS (SELECT 1 FROM opened))
{_AUDIT} FROM opened RETURNING id
"""),  # noqa: S608 # words of ours
    Statement(f"{_SEE} WHERE {_SAME} RETURNING id"),
    Statement(f"{_USE} WHERE {_UNUSED} RETURNING account_id"),
    Statement(f"{_COMPLETE} WHERE {_OPEN} RETURNING id"),
    Statement(f"{_SESSION} RETURNING id"),
    Statement(f"{_AUDIT} RETURNING id"),
)
