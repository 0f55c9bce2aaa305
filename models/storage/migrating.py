"""Migrations: each is done and noted in one transaction, by one process at a time.

Tortoise notes a migration after its transaction: killed in between, it would be done again, and
fail for ever. It also takes a list that cannot be read for an empty one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_generator.state import State

from models.storage import database
from models.storage.database import APP

_NOTED = "tortoise_migrations"
# Of all who take advisory locks in this database, only migrations take this one.
_LOCK = 7_293_816_204

_EXISTS = {
    "postgres": f"SELECT 1 AS found WHERE to_regclass('{_NOTED}') IS NOT NULL",
    "sqlite": f"SELECT 1 AS found FROM sqlite_master WHERE name = '{_NOTED}'",  # noqa: S608
}
# Whatever an extension brings along belongs to nobody.
_TABLES = {
    "postgres": (
        "SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = current_schema()::regnamespace"
        " AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')"
        " ORDER BY relname"
    ),
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%'"
        " ESCAPE '~' ORDER BY name"
    ),
}


@dataclass(frozen=True)
class Standing:
    """Where a database stands, by names of migrations, oldest first."""

    pending: list[str]
    """Not applied yet."""
    newer: list[str]
    """Applied by a newer version; this one does not know them."""
    foreign: list[str]
    """Tables of somebody else, where none of ours are."""


async def standing() -> Standing:
    """How far the connected database is, and whether it is one of ours."""
    applied, known = await _applied(), await _missing([])
    newer = [name for name in applied if name not in known]
    pending = [name for name in known if name not in applied]
    return Standing(pending, newer, [] if len(pending) < len(known) else await tables())


async def pending() -> list[str]:
    """The names of the migrations that this database has not seen yet."""
    return await _missing(await _applied())


async def tables() -> list[str]:
    """The names of the tables that the database holds, but for the one that is kept here."""
    found = await database.connection().execute_query_dict(_TABLES[database.dialect()])
    return [row["name"] for row in found if row["name"] != _NOTED]


async def migrate(
    progress: Callable[[str], object] = lambda name: None, upto: str = "__latest__"
) -> list[str]:
    """Bring the database up to date, or to a migration; returns the names of what was applied.

    Several may do so at once: each migration is done by one of them.
    """
    applied = []
    shape = _Shape()
    for name in await _missing(await _applied(), upto):
        if await _apply(name, progress, shape):
            applied.append(name)
    return applied


async def _apply(name: str, progress: Callable[[str], object], shape: "_Shape") -> bool:
    async with database.transaction():
        if database.dialect() == "postgres":
            await database.connection().execute_query(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if name in await _applied():
            shape.now = None
            return False
        progress(name)
        await _executor(shape=shape).migrate([MigrationTarget(APP, name)], direction="forward")
    return True


async def _missing(applied: list[str], upto: str = "__latest__") -> list[str]:
    steps = await _executor(applied).plan([MigrationTarget(APP, upto)])
    return [step.migration.name for step in steps]


async def _applied() -> list[str]:
    connection = database.connection()
    if not await connection.execute_query_dict(_EXISTS[database.dialect()]):
        return []
    rows = await connection.execute_query_dict(
        f"SELECT name FROM {_NOTED} WHERE app = '{APP}' ORDER BY name"  # noqa: S608
    )
    return [row["name"] for row in rows]


class _Recorder(MigrationRecorder):
    """What was applied, as it is noted here, or else as it is given."""

    applied: list[str] | None = None

    async def applied_migrations(self) -> list[MigrationKey]:
        names = await _applied() if self.applied is None else self.applied
        return [MigrationKey(APP, name) for name in names]

    async def ensure_schema(self, schema_editor: Any) -> None:
        sql = schema_editor._get_model_sql_data(self.model).table_sql
        wanted = sql.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1)
        # As one statement: SQLite would end the transaction before a script.
        await self.connection.execute_query(wanted.rstrip("; \n"))


@dataclass
class _Shape:
    """The models as the last migration left them: telling them anew from the first on is slow."""

    now: State | None = None


class _Executor(MigrationExecutor):
    shape = _Shape()

    async def _project_state(self, *given: Any, **named: Any) -> State:
        # What is given back moves on with the migration that is applied to it.
        self.shape.now = self.shape.now or await super()._project_state(*given, **named)
        return self.shape.now


def _executor(applied: list[str] | None = None, shape: _Shape | None = None) -> _Executor:
    connection = database.connection()
    executor = _Executor(connection, {APP: database.app(database.dialect())})
    executor.shape = shape or _Shape()
    executor.recorder = executor.loader.recorder = _Recorder(connection)
    executor.recorder.applied = applied
    return executor
