"""What was made with the password alone is told apart."""

from tortoise import fields, migrations
from tortoise.migrations.operations import AddField, RunSQL

_WHO_REGISTERED = """
UPDATE account SET self_registered = true WHERE id IN
    (SELECT account_id FROM audit_entry WHERE action = 'account:account:registered')
"""
_VOUCHED = fields.BooleanField(default=True, db_default=True)
_SELF_REGISTERED = fields.BooleanField(default=False, db_default=False)


class Migration(migrations.Migration):
    """Units that are no evidence, and accounts that may be closed by a link.

    Of the units that are there nobody knows how they came: they stay what they were.
    """

    dependencies = [("models", "0006_events_by_kind")]

    operations = [
        AddField("Device", "vouched", _VOUCHED),
        AddField("Account", "self_registered", _SELF_REGISTERED),
        RunSQL([_WHO_REGISTERED], []),
    ]
