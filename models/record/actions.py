"""Everything that the record can tell of, as `subject:noun:verb`: a closed list.

Others search for these words and count them: one that was given stays as it is.
"""

from enum import StrEnum


class Action(StrEnum):
    """What was done."""

    ACCOUNT_ADDED = "account:account:added"
    ACCOUNT_IMPORTED = "account:account:imported"
    ACCOUNT_REGISTERED = "account:account:registered"
    ACCOUNT_REGISTERED_AGAIN = "account:account:registered_again"
    ACCOUNT_CLOSED = "account:account:closed"
    ACCOUNT_DISABLED = "account:account:disabled"
    ACCOUNT_ENABLED = "account:account:enabled"
    ACCOUNT_ERASED = "account:account:erased"
    DEVICE_REGISTERED = "account:device:registered"
    PASSWORD_CHANGED = "account:password:changed"
    FACTOR_CONFIRMED = "account:second_factor:confirmed"
    FACTOR_SUSPENDED = "account:second_factor:suspended"
    FACTOR_RESTORED = "account:second_factor:restored"
    SESSION_OPENED = "account:session:opened"
    SESSION_CONFIRMED = "account:session:confirmed"
    SESSION_ENDED = "account:session:ended"
    SESSION_REVOKED = "account:session:revoked"

    RESET_GRANTED = "account:reset:granted"
    """By an operator, who had to say why."""
    RESET_WITHDRAWN = "account:reset:withdrawn"
    """One that an operator had granted, by the link in its mail."""

    RESET_REQUESTED = "ticket:reset:requested"
    RESET_APPROVED = "ticket:reset:approved"
    RESET_REJECTED = "ticket:reset:rejected"
    RESET_CANCELLED = "ticket:reset:cancelled"
    RELEASE_CODE_RESENT = "ticket:release_code:resent"
    MAILBOX_CONFIRMED = "ticket:mailbox:confirmed"
    CLAIM_TAKEN = "ticket:claim:taken"
    CLAIM_RELEASED = "ticket:claim:released"
    CLAIM_LAPSED = "ticket:claim:lapsed"
    NOTE_ADDED = "ticket:note:added"
    EVIDENCE_RECORDED = "ticket:evidence:recorded"

    BACKUP_RESTORED = "database:backup:restored"
    MAIL_GIVEN_UP = "mail:delivery:given_up"
