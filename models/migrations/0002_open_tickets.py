"""Indexes over the few rows that are open, so that cost does not grow with history."""

from tortoise import migrations
from tortoise.migrations.operations import RunSQL

_OPEN = "WHERE state IN ('WAITING', 'CLAIMED')"


class Migration(migrations.Migration):
    """After the tables."""

    dependencies = [("models", "0001_first")]

    operations = [
        RunSQL(
            [
                # An account has one open ticket, whoever asks at the same time.
                f"CREATE UNIQUE INDEX one_open_ticket ON recovery_ticket (account_id) {_OPEN}",
                f"CREATE INDEX open_tickets ON recovery_ticket (due_at, id) {_OPEN}",
                "CREATE INDEX mail_to_deliver ON outbox_mail (deliver_at) "
                "WHERE delivered_at IS NULL",
                "CREATE INDEX audit_to_seal ON audit_entry (id) WHERE seal IS NULL",
                "INSERT INTO audit_head (id, sequence, seal) VALUES (1, 0, '')",
            ],
            [
                "DROP INDEX one_open_ticket",
                "DROP INDEX open_tickets",
                "DROP INDEX mail_to_deliver",
                "DROP INDEX audit_to_seal",
                "DELETE FROM audit_head",
            ],
        )
    ]
