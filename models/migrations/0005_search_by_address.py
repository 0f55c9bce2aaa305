"""Tickets are searched by an address that they carry themselves."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations.operations import AddField, AddIndex, RemoveIndex, RunSQL

from models.migrations._postgres import OnPostgres, collated

_OPEN = "WHERE state = 'WAITING' OR state = 'CLAIMED'"
_COPY = """
UPDATE recovery_ticket SET email_key =
    (SELECT account.email_key FROM account WHERE account.id = recovery_ticket.account_id)
"""
_DROP = [f"DROP INDEX {name}" for name in ("open_tickets", "open_since", "tickets_by_due_time")]


def _orders(more: str = "") -> list[str]:
    return [
        f"CREATE INDEX open_tickets ON recovery_ticket (due_at, id{more}) {_OPEN}",
        f"CREATE INDEX open_since ON recovery_ticket (submitted_at, id{more}) {_OPEN}",
        f"CREATE INDEX tickets_by_due_time ON recovery_ticket (due_at, id{more})",
    ]


class Migration(migrations.Migration):
    """A copy of the address, found by its start, and read in each index that gives an order."""

    dependencies = [("models", "0004_at_a_million")]

    operations = [
        AddField("RecoveryTicket", "email_key", fields.CharField(max_length=320, null=True)),
        OnPostgres([collated("recovery_ticket", "email_key", "varchar(320)", "C")], []),
        # Before the copies, each of which would be written to the old indexes as well.
        RemoveIndex("RecoveryTicket", fields=["submitted_at", "id"]),
        RunSQL([*_DROP, _COPY, *_orders(", email_key")], [*_DROP, *_orders()]),
        AddIndex("RecoveryTicket", Index(fields=["submitted_at", "id", "email_key"])),
        AddIndex("RecoveryTicket", Index(fields=["email_key"])),
    ]
