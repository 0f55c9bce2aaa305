"""What an operator decides about sign-in and the desk, given to every verb that needs it."""

from dataclasses import dataclass
from datetime import timedelta

from models.calendar import WorkingCalendar
from models.keys.keyring import Keyring
from models.signing_in.network import NetworkLimits
from models.signing_in.passwords import Passwords


@dataclass(frozen=True)
class Policy:
    """The rules that are set, and the keys and threads they need."""

    keyring: Keyring
    passwords: Passwords
    calendar: WorkingCalendar
    network: NetworkLimits
    issuer: str = "Sparekey"
    public_url: str = "http://127.0.0.1:8000"
    customer_session: timedelta = timedelta(days=30)
    staff_session: timedelta = timedelta(hours=12)
    staff_idle: timedelta = timedelta(hours=1)
    approvals_per_hour: int = 30

    def link(self, page: str, token: str) -> str:
        """A link for a mail. The token is in the fragment, which no server or proxy gets to log."""
        return f"{self.public_url.rstrip('/')}/{page}#{token}"
