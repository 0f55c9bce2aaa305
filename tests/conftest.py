"""What every test may ask for.

`database_url` runs a test on SQLite and on PostgreSQL; `on_postgres` (tests.support.databases)
keeps it to the latter. Everything here that touches a database goes by it.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import pytest
from tortoise.context import TortoiseContext

from models.calendar import WorkingCalendar
from models.keys.keyring import Keyring
from models.policy import Policy
from models.signing_in.network import NetworkLimits
from models.signing_in.passwords import Passwords
from models.signing_in.session import Session
from models.storage import database
from tests.support import databases, postgres, reused, rows, travelling
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.process import Process, process
from tests.support.scenes import Scene
from tests.support.served import Running, running

StartProcess = Callable[..., Awaitable[Process]]
_UNTIL_THE_END = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Forget the developer's own settings; start one PostgreSQL, which workers find by name."""
    for name in [name for name in os.environ if name.startswith("SPAREKEY_")]:
        if not name.startswith("SPAREKEY_TEST_"):
            del os.environ[name]
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        stack = config.stash[_UNTIL_THE_END] = ExitStack()
        os.environ[postgres.NAMED_BY] = stack.enter_context(postgres.server())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what was started."""
    if stack := config.stash.get(_UNTIL_THE_END, None):
        stack.close()


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of the PostgreSQL server."""
    return os.environ[postgres.NAMED_BY]


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The URL of the migrated database that others are copied from."""
    url = asyncio.run(databases.postgres_template(postgres_server))
    yield url
    asyncio.run(reused.forget(postgres_server, url))
    asyncio.run(postgres.drop(postgres_server, url))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The migrated file that others are copied from."""
    return asyncio.run(databases.sqlite_template(tmp_path_factory.mktemp("template")))


@pytest.fixture(params=["sqlite", "postgres"])
def dialect(request: pytest.FixtureRequest) -> str:
    """The kind of database that this test runs on."""
    return str(request.param)


@pytest.fixture
def template(request: pytest.FixtureRequest, dialect: str) -> str | Path:
    """The migrated database of that kind; the other is not made for nothing."""
    found: str | Path = request.getfixturevalue(f"{dialect}_template")
    return found


@pytest.fixture
async def database_url(
    template: str | Path, postgres_server: str, tmp_path: Path
) -> AsyncIterator[str]:
    """The URL of a migrated database that only this test uses."""
    if isinstance(template, Path):
        yield databases.sqlite_copy(template, tmp_path)
        return
    async with databases.postgres_copy(postgres_server, template) as url:
        yield url


@pytest.fixture
async def empty_url(dialect: str, postgres_server: str, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database without tables."""
    if dialect == "sqlite":
        yield f"sqlite://{tmp_path / 'empty.sqlite3'}"
        return
    async with databases.postgres_empty(postgres_server) as url:
        yield url


@pytest.fixture
def clock(database_url: str) -> Iterator[Clock]:
    """Moves this process's clock, the database's and those of started processes together."""
    with travelling.started() as traveller:
        yield Clock(traveller, database_url)


@pytest.fixture
def secret_keys() -> str:
    """A key ring of one fresh key, as a setting."""
    return Keyring.generate_text()


@pytest.fixture
def policy(secret_keys: str) -> Iterator[Policy]:
    """The rules as in Germany, with cheap hashes and wide limits per network."""
    passwords = Passwords(memory_kib=64, time_cost=1)
    yield Policy(
        keyring=Keyring.parse(secret_keys),
        passwords=passwords,
        calendar=WorkingCalendar("Europe/Berlin", "DE"),
        network=NetworkLimits(
            registrations="10000/hour", failed_logins="10000/hour", resets="10000/hour"
        ),
    )
    passwords.close()


@pytest.fixture
async def connected(database_url: str) -> AsyncIterator[TortoiseContext]:
    """The models are connected to this test's database."""
    async with database.connect(database_url) as context:
        yield context


@pytest.fixture
async def served(
    database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
) -> AsyncIterator[Running]:
    """The server, in this process; the models are connected through it."""
    async with running(database_url, tmp_path, secret_keys) as place:
        yield place


@pytest.fixture
async def sam(served: Running) -> Session:
    """Support, signed in with a code just now."""
    session, _ = await rows.staff(served.policy)
    return session


@pytest.fixture
async def desk_client(served: Running, sam: Session) -> Client:
    """What Sam works with, in a session of its own."""
    _, token = await rows.signed_in(served.policy, sam.account)
    return served.program(token)


@pytest.fixture
async def start_process(
    database_url: str, tmp_path: Path, secret_keys: str, clock: Clock
) -> AsyncIterator[StartProcess]:
    """Starts servers as processes of their own, as many as asked for; they follow the clock."""
    async with AsyncExitStack() as stack:

        async def start(**changes: str) -> Process:
            started = process(database_url, tmp_path, secret_keys, clock.ahead, **changes)
            one = await stack.enter_async_context(started)
            clock.followers.append(one)
            return one

        yield start


@pytest.fixture
def scene(connected: TortoiseContext, policy: Policy, clock: Clock, database_url: str) -> Scene:
    """People on the models of this test's database."""
    return Scene(policy, clock, database_url)
