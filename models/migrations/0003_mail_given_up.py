"""Mails that are given up stay, but cost nothing any more."""

from tortoise import fields, migrations
from tortoise.migrations.operations import AddField, RunSQL

_MAKE = "CREATE INDEX mail_to_deliver ON outbox_mail (deliver_at) WHERE delivered_at IS NULL"
_DROP = "DROP INDEX mail_to_deliver"


class Migration(migrations.Migration):
    """A column, and the index of what is to be delivered without those that have it."""

    dependencies = [("models", "0002_open_tickets")]

    operations = [
        AddField("OutboxMail", "given_up_at", fields.DatetimeField(null=True)),
        RunSQL([_DROP, f"{_MAKE} AND given_up_at IS NULL"], [_DROP, _MAKE]),
    ]
