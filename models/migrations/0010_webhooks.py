"""Where webhooks stand in the event stream."""

from tortoise import fields, migrations
from tortoise.migrations.operations import CreateModel


class Migration(migrations.Migration):
    """One row for each address that is told."""

    dependencies = [("models", "0009_retention")]

    operations = [
        CreateModel(
            name="WebhookPosition",
            fields=[
                ("address_hash", fields.CharField(primary_key=True, max_length=64)),
                ("epoch", fields.CharField(max_length=16)),
                ("number", fields.BigIntField()),
                ("attempts", fields.IntField(default=0)),
                ("due_at", fields.DatetimeField()),
                ("failing_since", fields.DatetimeField(null=True)),
            ],
            options={"table": "webhook_position", "app": "models", "pk_attr": "address_hash"},
            bases=["Model"],
        )
    ]
