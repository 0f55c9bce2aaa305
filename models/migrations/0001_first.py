from uuid import uuid4

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.accounts.account import Role
from models.reset.evidence import EvidenceKind, EvidenceOutcome
from models.reset.links import Purpose
from models.reset.ticket import ResetReason, TicketState
from models.second_factor.two_factor import Suspension
from models.signing_in.challenge import Step
from models.signing_in.session import Delivery
from models.stream.feed import CancelledBy, EventKind


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("email", fields.CharField(max_length=320)),
                ("email_key", fields.CharField(null=True, unique=True, max_length=320)),
                ("password_hash", fields.TextField(unique=False)),
                (
                    "role",
                    fields.CharEnumField(
                        description="CUSTOMER: CUSTOMER\nSUPPORT: SUPPORT\nSUPERVISOR: SUPERVISOR",
                        enum_type=Role,
                        max_length=16,
                    ),
                ),
                ("locale", fields.CharField(default="en", max_length=8)),
                ("first_sign_in", fields.BooleanField(default=False)),
                ("security_version", fields.IntField(default=1)),
                ("registered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "password_changed_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "last_sign_in_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "disabled_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "account",
                "app": "models",
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AuditHead",
            fields=[
                ("id", fields.SmallIntField(primary_key=True, unique=True, db_index=True)),
                ("sequence", fields.BigIntField(default=0)),
                ("seal", fields.CharField(default="", max_length=100)),
            ],
            options={
                "table": "audit_head",
                "app": "models",
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Authenticator",
            fields=[
                (
                    "account",
                    fields.OneToOneField(
                        "models.Account",
                        source_field="account_id",
                        primary_key=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="authenticator",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("secret", fields.TextField(unique=False)),
                ("enrolled_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "last_used_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("last_step", fields.BigIntField()),
                ("failures_in_a_row", fields.IntField(default=0)),
                (
                    "suspended_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "suspension",
                    fields.CharEnumField(
                        null=True,
                        description="FAILURES: FAILURES\nSTOLEN: STOLEN",
                        enum_type=Suspension,
                        max_length=16,
                    ),
                ),
                ("suspended_by_id", fields.UUIDField(null=True)),
            ],
            options={
                "table": "authenticator",
                "app": "models",
                "pk_attr": "account_id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="devices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("serial_number", fields.CharField(max_length=64)),
                ("serial_key", fields.CharField(max_length=64)),
                ("name", fields.CharField(max_length=100)),
                ("registered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "device",
                "app": "models",
                "indexes": [Index(fields=["account_id", "serial_key"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DisclosedStep",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("account_id", fields.UUIDField()),
                ("step", fields.BigIntField()),
            ],
            options={
                "table": "disclosed_step",
                "app": "models",
                "unique_together": (("account_id", "step"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Enrollment",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("subject_id", fields.UUIDField(unique=True)),
                ("account_id", fields.UUIDField()),
                ("security_version", fields.IntField()),
                ("secret", fields.TextField(unique=False)),
                ("attempts_left", fields.IntField(default=5)),
                (
                    "expires_at",
                    fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "enrollment",
                "app": "models",
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="KeyCheck",
            fields=[
                (
                    "key_id",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64),
                ),
                ("signature", fields.CharField(max_length=200)),
            ],
            options={
                "table": "key_check",
                "app": "models",
                "pk_attr": "key_id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MailLink",
            fields=[
                (
                    "token_hash",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64),
                ),
                (
                    "purpose",
                    fields.CharEnumField(
                        description="CONFIRM_MAILBOX: confirm\nCANCEL_RESET: cancel\nCLOSE_ACCOUNT: not-me",
                        enum_type=Purpose,
                        max_length=16,
                    ),
                ),
                ("account_id", fields.UUIDField()),
                ("ticket_id", fields.UUIDField(null=True)),
                (
                    "expires_at",
                    fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False),
                ),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "mail_link",
                "app": "models",
                "pk_attr": "token_hash",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OutboxMail",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("payload", fields.TextField(null=True, unique=False)),
                ("written_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("deliver_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("attempts", fields.IntField(default=0)),
                (
                    "delivered_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "outbox_mail",
                "app": "models",
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="QueueCounter",
            fields=[
                ("id", fields.SmallIntField(primary_key=True, unique=True, db_index=True)),
                ("number", fields.BigIntField(default=0)),
                ("purged", fields.BigIntField(default=0)),
                ("epoch", fields.CharField(max_length=16)),
            ],
            options={
                "table": "queue_counter",
                "app": "models",
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Receipt",
            fields=[
                (
                    "token_hash",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64),
                ),
                ("ticket_id", fields.UUIDField(db_index=True)),
                ("can_cancel", fields.BooleanField()),
                (
                    "expires_at",
                    fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "receipt",
                "app": "models",
                "pk_attr": "token_hash",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RecoveryTicket",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("reference", fields.CharField(unique=True, max_length=16)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "state",
                    fields.CharEnumField(
                        description="WAITING: WAITING\nCLAIMED: CLAIMED\nAPPROVED: APPROVED\nREJECTED: REJECTED\nCANCELLED: CANCELLED",
                        enum_type=TicketState,
                        max_length=16,
                    ),
                ),
                (
                    "reason",
                    fields.CharEnumField(
                        description="PHONE_LOST: PHONE_LOST\nPHONE_STOLEN: PHONE_STOLEN\nPHONE_BROKEN: PHONE_BROKEN\nPHONE_REPLACED: PHONE_REPLACED\nAPP_REMOVED: APP_REMOVED\nOTHER: OTHER",
                        enum_type=ResetReason,
                        max_length=16,
                    ),
                ),
                ("customer_message", fields.TextField(null=True, unique=False)),
                ("contact_phone", fields.CharField(null=True, max_length=50)),
                ("submitted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("claimed_by_id", fields.UUIDField(null=True)),
                (
                    "claim_expires_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("decided_by_id", fields.UUIDField(null=True)),
                ("decided_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("seconds_to_decision", fields.FloatField(null=True)),
            ],
            options={
                "table": "recovery_ticket",
                "app": "models",
                "indexes": [
                    Index(fields=["account_id", "submitted_at"]),
                    Index(fields=["submitted_at", "id"]),
                    Index(fields=["decided_at"]),
                ],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("uid", fields.UUIDField(unique=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("action", fields.CharField(max_length=80)),
                (
                    "actor",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="actor_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                (
                    "ticket",
                    fields.ForeignKeyField(
                        "models.RecoveryTicket",
                        source_field="ticket_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.SET_NULL,
                    ),
                ),
                ("named", fields.CharField(max_length=80)),
                ("detail", fields.TextField(null=True, unique=False)),
                ("mark", fields.CharField(max_length=100)),
                ("sequence", fields.BigIntField(null=True, unique=True)),
                ("seal", fields.CharField(null=True, max_length=100)),
            ],
            options={
                "table": "audit_entry",
                "app": "models",
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                (
                    "ticket",
                    fields.ForeignKeyField(
                        "models.RecoveryTicket",
                        source_field="ticket_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "kind",
                    fields.CharEnumField(
                        description="DEVICE_SERIAL: DEVICE_SERIAL\nMAILBOX: MAILBOX\nKNOWN_NETWORK: KNOWN_NETWORK\nPASSWORD_AGE: PASSWORD_AGE\nCALLBACK: CALLBACK",
                        enum_type=EvidenceKind,
                        max_length=16,
                    ),
                ),
                (
                    "outcome",
                    fields.CharEnumField(
                        description="MATCHED: MATCHED\nMISMATCHED: MISMATCHED\nUNKNOWN: UNKNOWN",
                        enum_type=EvidenceOutcome,
                        max_length=16,
                    ),
                ),
                ("detail", fields.TextField(unique=False)),
            ],
            options={
                "table": "evidence",
                "app": "models",
                "unique_together": (("ticket_id", "kind"),),
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="QueueEvent",
            fields=[
                ("number", fields.BigIntField(primary_key=True, unique=True, db_index=True)),
                (
                    "kind",
                    fields.CharEnumField(
                        description="SUBMITTED: SUBMITTED\nCLAIMED: CLAIMED\nRELEASED: RELEASED\nNOTED: NOTED\nEVIDENCE_ADDED: EVIDENCE_ADDED\nAPPROVED: APPROVED\nREJECTED: REJECTED\nCANCELLED: CANCELLED",
                        enum_type=EventKind,
                        max_length=16,
                    ),
                ),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "ticket",
                    fields.ForeignKeyField(
                        "models.RecoveryTicket",
                        source_field="ticket_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("agent_id", fields.UUIDField(null=True)),
                ("note_id", fields.UUIDField(null=True)),
                ("evidence_id", fields.UUIDField(null=True)),
                ("lapsed", fields.BooleanField(default=False)),
                (
                    "cancelled_by",
                    fields.CharEnumField(
                        null=True,
                        description="CUSTOMER: CUSTOMER\nMAIL_LINK: MAIL_LINK\nSIGN_IN: SIGN_IN\nACCOUNT_CLOSED: ACCOUNT_CLOSED",
                        enum_type=CancelledBy,
                        max_length=16,
                    ),
                ),
            ],
            options={
                "table": "queue_event",
                "app": "models",
                "indexes": [Index(fields=["ticket_id", "number"]), Index(fields=["at"])],
                "pk_attr": "number",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ResetGrant",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("account_id", fields.UUIDField(db_index=True)),
                ("ticket_id", fields.UUIDField(null=True)),
                ("reference", fields.CharField(max_length=16)),
                ("release_code_hash", fields.CharField(max_length=64)),
                ("security_version", fields.IntField()),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "reset_grant",
                "app": "models",
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sessions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "delivery",
                    fields.CharEnumField(
                        description="COOKIE: COOKIE\nBEARER: BEARER",
                        enum_type=Delivery,
                        max_length=8,
                    ),
                ),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("last_used_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "verified_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("user_agent", fields.TextField(null=True, unique=False)),
                ("ip_address", fields.CharField(null=True, max_length=64)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session",
                "app": "models",
                "indexes": [Index(fields=["account_id", "started_at"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SignIn",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "models.Account",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("security_version", fields.IntField()),
                (
                    "delivery",
                    fields.CharEnumField(
                        description="COOKIE: COOKIE\nBEARER: BEARER",
                        enum_type=Delivery,
                        max_length=8,
                    ),
                ),
                (
                    "step",
                    fields.CharEnumField(
                        description="CODE: CODE\nENROLL: ENROLL\nRELEASE: RELEASE",
                        enum_type=Step,
                        max_length=8,
                    ),
                ),
                ("attempts_left", fields.IntField(default=5)),
                ("released", fields.BooleanField(default=False)),
                (
                    "expires_at",
                    fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "completed_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "sign_in",
                "app": "models",
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Throttle",
            fields=[
                (
                    "key",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=160),
                ),
                ("failures", fields.TextField(unique=False)),
                (
                    "kept_until",
                    fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "throttle",
                "app": "models",
                "pk_attr": "key",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TicketNote",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                (
                    "ticket",
                    fields.ForeignKeyField(
                        "models.RecoveryTicket",
                        source_field="ticket_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("author_id", fields.UUIDField()),
                ("written_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("text", fields.TextField(unique=False)),
            ],
            options={
                "table": "ticket_note",
                "app": "models",
                "indexes": [Index(fields=["ticket_id", "written_at"])],
                "pk_attr": "id",
            },
            bases=["Model"],
        ),
    ]
