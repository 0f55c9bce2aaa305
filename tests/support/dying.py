"""`python -m tests.support.dying 3 8 …`: `sparekey migrate`, killed (kill -9) before a statement.

Before its third, then in another run before its eighth, and so on. Prints for each run how it
ended: -9, or 0 when it was done before.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import aiosqlite
import asyncpg
from asyncpg.transaction import Transaction

from server.cli import app

# Whatever reaches a database goes through one of these.
_WAYS = (
    (aiosqlite.Connection, "_execute"),
    *((asyncpg.Connection, name) for name in ("execute", "fetch", "fetchrow", "executemany")),
    (Transaction, "commit"),
)


def _arm(count: int) -> None:
    left = count

    def armed(original: Callable[..., Any]) -> Callable[..., Any]:
        async def run(*given: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return await original(*given, **named)

        return run

    for kind, name in _WAYS:
        setattr(kind, name, armed(getattr(kind, name)))


def _ended(count: int) -> int:
    """How the command ended, in a process of its own, which has all that it needs already."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    _arm(count)
    app(["migrate"])
    os._exit(1)  # not reached: a command ends with SystemExit


if __name__ == "__main__":
    sys.stdout.write(" ".join(str(_ended(int(count))) for count in sys.argv[1:]) + "\n")
