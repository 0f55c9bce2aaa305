"""From settings to the policy that the models obey."""

from limits.errors import ConfigurationError

from models.calendar import WorkingCalendar
from models.policy import Policy
from models.signing_in.network import NetworkLimits
from models.signing_in.passwords import Passwords
from server import keys
from server.settings import Settings, Unsettled


def build_policy(settings: Settings) -> Policy:
    """The rules as these settings have them. Raises Unsettled."""
    return Policy(
        keyring=keys.keyring(settings),
        passwords=_passwords(settings),
        calendar=_calendar(settings),
        network=_network(settings),
        issuer=settings.issuer,
        public_url=settings.public_url,
        customer_session=settings.customer_session,
        staff_session=settings.staff_session,
        staff_idle=settings.staff_idle,
        approvals_per_hour=settings.approvals_per_hour,
    )


def check(settings: Settings) -> None:
    """Raises Unsettled where no policy can be made of these settings."""
    build_policy(settings).passwords.close()


def _passwords(settings: Settings) -> Passwords:
    return Passwords(
        memory_kib=settings.argon2_memory_kib,
        time_cost=settings.argon2_time,
        parallelism=settings.argon2_parallelism,
        queue=settings.hash_queue,
    )


def _calendar(settings: Settings) -> WorkingCalendar:
    try:
        return WorkingCalendar(settings.timezone, settings.calendar)
    except ValueError as unknown:
        raise Unsettled([f"SPAREKEY_CALENDAR: {unknown}"]) from None


def _network(settings: Settings) -> NetworkLimits:
    try:
        return NetworkLimits(
            url=settings.rate_limit_url.get_secret_value(),
            registrations=settings.limit_registrations,
            failed_logins=settings.limit_failed_logins,
            resets=settings.limit_resets,
        )
    except ConfigurationError:
        # Its own words quote the address, which may hold a password.
        raise Unsettled(["SPAREKEY_RATE_LIMIT_URL: is not a storage that can be used"]) from None
