"""How many tickets are overdue is kept, and a year's medians are read in an index."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations.operations import AddField, AddIndex, RemoveIndex


class Migration(migrations.Migration):
    """Nothing is counted yet: the first look at the counters will."""

    dependencies = [("models", "0007_who_vouches")]

    operations = [
        AddField("QueueCounter", "overdue", fields.BigIntField(db_default=0)),
        AddField("QueueCounter", "overdue_before", fields.DatetimeField(null=True)),
        RemoveIndex("RecoveryTicket", fields=["decided_at"]),
        AddIndex("RecoveryTicket", Index(fields=["decided_at", "seconds_to_decision"])),
    ]
