"""`python -m tests.faults [--minutes N] [--seed S]`: break what can break under load, and count."""

import argparse
import asyncio
import secrets
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.faults import run
from tests.faults.run import Outcome

_MOST_TOLD = 50


def main() -> int:
    """Print what was done and what came of it; 1 where anything is lost, doubled or wrong."""
    reader = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    reader.add_argument("--minutes", type=float, default=1.0, help="how long things break")
    reader.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="their order")
    asked = reader.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sparekey-faults-"))
    print(f"seed {asked.seed}; logs in {folder} until all is well")  # noqa: T201
    outcome = asyncio.run(_run(asked.minutes * 60, asked.seed, folder))
    print("\n".join(told(outcome)))  # noqa: T201
    if not outcome.judgement.clean:
        return 1
    shutil.rmtree(folder)
    return 0


async def _run(seconds: float, seed: int, folder: Path) -> Outcome:
    this = asyncio.current_task()
    assert this
    # Told to end, it ends what it has started, however often it is told.
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: this.cancelling() or this.cancel())
    return await run.run(seconds, seed, folder)


def told(outcome: Outcome) -> list[str]:
    """The outcome, as lines."""
    ledger, found = outcome.ledger, outcome.judgement
    kinds = sorted(outcome.troubles.items())
    waits = ledger.waits
    return [
        f"{outcome.seconds:.0f} s, servers in {outcome.hosts}, {outcome.troubles.total()} faults:",
        *(f"  {count:3} {name}; slowest answer {waits[name]:.1f} s" for name, count in kinds),
        f"requests {ledger.requests}, acknowledged changes {ledger.acknowledged}",
        f"refused: {_listed(ledger.refused)}",
        f"unanswered: {_listed(ledger.unanswered)}",
        f"tickets {found.tickets}, events {found.events}, sockets opened {outcome.sockets}, "
        f"mails {found.mails}",
        f"lost {len(found.lost)}, doubled {len(found.doubled)}, wrong {len(found.wrong)}; "
        f"mails delivered again {found.mails_doubled}",
        *(f"  {one}" for one in [*found.lost, *found.doubled, *found.wrong][:_MOST_TOLD]),
        f"audit: {outcome.audit.strip()}",
    ]


def _listed(counted: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items())) or "none"


if __name__ == "__main__":
    sys.exit(main())
