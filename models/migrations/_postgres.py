"""What migrations ask of PostgreSQL alone."""

from tortoise.migrations.operations import RunSQL
from tortoise.migrations.schema_editor.base import BaseSchemaEditor


class OnPostgres(RunSQL):
    """Statements that SQLite does not need."""

    async def _run_sql(self, state_editor: BaseSchemaEditor, sqls: list[str]) -> None:
        if state_editor.DIALECT == "postgres":
            await super()._run_sql(state_editor, sqls)


def collated(table: str, column: str, kind: str, collation: str) -> str:
    """How texts are compared: the start of one is a range only where that is byte by byte (C)."""
    return f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind} COLLATE "{collation}"'
