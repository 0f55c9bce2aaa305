"""Databases that do not let one in, or not to all that is there."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from socket import socket
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from tests.support import postgres

# The one role for which the test server asks for a password.
_ASKED = "sparekey_test_asked"


def run(url: str, *statements: str) -> None:
    """Statements straight into a database, of either kind."""
    if url.startswith("sqlite://"):
        with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()
    else:
        asyncio.run(_run(url, statements))


def as_user(url: str, user: str, password: str = "") -> str:
    """The same database, for somebody else."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{user}:{password}@{place}").geturl()


def with_a_wrong_password(url: str) -> str:
    """The same database, by a password that it does not take."""
    asyncio.run(_ask_for_a_password(url))
    return as_user(url, _ASKED, "hunter2")


@contextmanager
def reader(url: str) -> Iterator[str]:
    """The same database for somebody who may read all tables, and write none."""
    name = f"reader_{uuid4().hex}"
    run(url, f"CREATE ROLE {name} LOGIN", f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
    run(url, f"GRANT USAGE ON SCHEMA travelled TO {name}")
    run(url, f"GRANT SELECT ON ALL TABLES IN SCHEMA travelled TO {name}")
    try:
        yield as_user(url, name)
    finally:
        run(url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def answer_in_a_thread(server: socket, with_: bytes) -> None:
    """Say the same to whoever comes, until the socket is closed."""

    def answer() -> None:
        while True:
            try:
                one, _ = server.accept()
            except OSError:
                return
            with one:
                one.recv(64)
                one.sendall(with_)

    threading.Thread(target=answer, daemon=True).start()


async def _run(url: str, statements: tuple[str, ...]) -> None:
    async with postgres.connected(url) as connection:
        for statement in statements:
            await connection.execute(statement)


async def _ask_for_a_password(url: str) -> None:
    async with postgres.connected(url) as connection:
        try:
            await connection.execute(f"CREATE ROLE {_ASKED} LOGIN PASSWORD 'the right one'")
        except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
            pass  # by another test
        _add_rule(Path(await connection.fetchval("SHOW hba_file")))
        await connection.execute("SELECT pg_reload_conf()")
        while not await connection.fetchval(
            "SELECT count(*) FROM pg_hba_file_rules WHERE user_name = ARRAY[$1::text]", _ASKED
        ):
            await asyncio.sleep(0.01)


def _add_rule(file: Path) -> None:
    rules = file.read_text()
    if _ASKED in rules:
        return
    new = file.with_name(f"{file.name}.{os.getpid()}")
    kinds = ("local all {} scram-sha-256", "host all {} all scram-sha-256")
    new.write_text("".join(f"{kind.format(_ASKED)}\n" for kind in kinds) + rules)
    new.replace(file)
