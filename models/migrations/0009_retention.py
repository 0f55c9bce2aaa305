"""What is kept only for a time."""

from tortoise import fields, migrations
from tortoise.migrations.operations import AddField, RunSQL

_NUMBER = fields.BigIntField(default=0, db_default=0)
_TEXT = fields.CharField(max_length=100, default="", db_default="")
_EMPTIED = fields.BooleanField(default=False, db_default=False)
_MAKE = "CREATE INDEX ticket_to_empty ON recovery_ticket (submitted_at) WHERE emptied = false"


class Migration(migrations.Migration):
    """Where the record begins, and which requests still hold what people wrote."""

    dependencies = [("models", "0008_overdue_kept")]

    operations = [
        AddField("AuditHead", "pruned", _NUMBER),
        AddField("AuditHead", "pruned_seal", _TEXT),
        AddField("AuditHead", "pruned_mark", _TEXT),
        AddField("RecoveryTicket", "emptied", _EMPTIED),
        RunSQL([_MAKE], ["DROP INDEX ticket_to_empty"]),
    ]
