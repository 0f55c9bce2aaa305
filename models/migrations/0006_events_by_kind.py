"""A year of the queue is counted in an index, without a look at any event."""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations.operations import AddIndex, RemoveIndex


class Migration(migrations.Migration):
    """Events are only ever counted kind by kind."""

    dependencies = [("models", "0005_search_by_address")]

    operations = [
        RemoveIndex("QueueEvent", fields=["at"]),
        AddIndex("QueueEvent", Index(fields=["kind", "at"])),
    ]
