"""Each kind of fault once, under load: nothing is lost, nothing is doubled."""

from pathlib import Path

from tests.faults import run
from tests.faults.__main__ import told
from tests.faults.troubles import KINDS

SEED = 7
# What people find bearable is less; this is where waiting for ever begins.
_BEARABLE = 30.0


async def test_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    outcome = await run.run(0, SEED, tmp_path)
    ledger, found = outcome.ledger, outcome.judgement
    assert found.clean, "\n".join(told(outcome))
    assert set(outcome.troubles) == set(KINDS)
    assert ledger.unanswered, "nothing that broke was noticed by anybody"
    assert max(ledger.waits.values()) < _BEARABLE, ledger.waits
    assert min(len(ledger.tickets), len(ledger.decisions), len(ledger.enrolled)) > 0
    assert outcome.sockets > run.DESKS, "no desk was ever cut off"
    assert found.mails >= sum(map(len, ledger.mails.values()))
