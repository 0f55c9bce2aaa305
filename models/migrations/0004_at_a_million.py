"""What the desk asks again and again costs the same at a million tickets."""

from tortoise import fields, migrations
from tortoise.migrations.operations import AddField, RunSQL

from models.migrations._postgres import OnPostgres, collated

_COUNTERS = """
UPDATE queue_counter SET
    waiting = (SELECT count(*) FROM recovery_ticket WHERE state = 'WAITING'),
    claimed = (SELECT count(*) FROM recovery_ticket WHERE state = 'CLAIMED')
"""
# As queries say it: SQLite does not see that IN and OR are the same.
_OPEN = "WHERE state = 'WAITING' OR state = 'CLAIMED'"
_BY_DUE_TIME = "CREATE INDEX open_tickets ON recovery_ticket (due_at, id)"


class Migration(migrations.Migration):
    """Counters that are kept, and indexes that serve ranges, orders and claims."""

    dependencies = [("models", "0003_mail_given_up")]

    operations = [
        AddField("QueueCounter", "waiting", fields.BigIntField(db_default=0)),
        AddField("QueueCounter", "claimed", fields.BigIntField(db_default=0)),
        AddField("QueueCounter", "median_seconds", fields.FloatField(null=True)),
        AddField("QueueCounter", "median_looked_at", fields.DatetimeField(null=True)),
        RunSQL(
            [
                _COUNTERS,
                "DROP INDEX open_tickets",
                f"{_BY_DUE_TIME} {_OPEN}",
                f"CREATE INDEX open_since ON recovery_ticket (submitted_at, id) {_OPEN}",
                "CREATE INDEX tickets_by_due_time ON recovery_ticket (due_at, id)",
                "CREATE INDEX claims_by_agent ON recovery_ticket (claimed_by_id, due_at, id) "
                "WHERE state = 'CLAIMED'",
                "CREATE INDEX claims_by_end ON recovery_ticket (claim_expires_at) "
                "WHERE claim_expires_at IS NOT NULL",
            ],
            [
                "DROP INDEX claims_by_end",
                "DROP INDEX claims_by_agent",
                "DROP INDEX tickets_by_due_time",
                "DROP INDEX open_since",
                "DROP INDEX open_tickets",
                f"{_BY_DUE_TIME} WHERE state IN ('WAITING', 'CLAIMED')",
            ],
        ),
        OnPostgres(
            [
                collated("account", "email_key", "varchar(320)", "C"),
                collated("recovery_ticket", "reference", "varchar(16)", "C"),
            ],
            [
                collated("recovery_ticket", "reference", "varchar(16)", "default"),
                collated("account", "email_key", "varchar(320)", "default"),
            ],
        ),
    ]
