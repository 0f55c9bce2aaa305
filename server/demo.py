"""People in different states, made by the verbs that real people's requests call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pyotp

from models import clock
from models.accounts import account, registration
from models.accounts.account import Role
from models.errors import CodeRejected
from models.origin import Origin
from models.policy import Policy
from models.reset import decision, desk, recovery
from models.reset.evidence import EvidenceKind
from models.reset.recovery import Form
from models.reset.ticket import RecoveryTicket, ResetReason
from models.second_factor import enrollment, two_factor
from models.signing_in import sign_in
from models.signing_in.session import Delivery, Session
from models.signing_in.sign_in import CodeRequired, EnrollmentRequired, SignedIn

PASSWORD = "fresh air for everyone"  # noqa: S105 # said aloud to whoever tries this out
_ORIGIN = Origin(ip="127.0.0.1", user_agent="sparekey demo", locale="en")


@dataclass(frozen=True)
class Person:
    """Somebody to try things out with."""

    email: str
    role: Role
    state: str


AGENT = Person("agent@example.com", Role.SUPPORT, "signs in with a code, works at the desk")
NEW = Person("nina@example.com", Role.CUSTOMER, "registered, never signed in")
ENROLLED = Person("otto@example.com", Role.CUSTOMER, "signs in with a code")
WAITING = Person("petra@example.com", Role.CUSTOMER, "phone lost, ticket waits")
CLAIMED = Person("quentin@example.com", Role.CUSTOMER, "phone broken, ticket claimed by the agent")
APPROVED = Person("rosa@example.com", Role.CUSTOMER, "reset approved, release code mailed")
REJECTED = Person("simon@example.com", Role.CUSTOMER, "reset rejected")
SUPERVISOR = Person("chief@example.com", Role.SUPERVISOR, "signs in with a code, leads the desk")
PEOPLE = (NEW, ENROLLED, WAITING, CLAIMED, APPROVED, REJECTED, AGENT, SUPERVISOR)


async def make(policy: Policy) -> None:
    """Make who is not there yet."""
    agent = await _agent(policy)
    steps: dict[Person, Callable[[], Awaitable[object]]] = {
        NEW: lambda: _register(policy, NEW),
        ENROLLED: lambda: _enrolled(policy, ENROLLED),
        WAITING: lambda: _asked(policy, WAITING, ResetReason.PHONE_LOST),
        CLAIMED: lambda: _claimed(policy, CLAIMED, agent),
        APPROVED: lambda: _approved(policy, APPROVED, agent),
        REJECTED: lambda: _rejected(policy, REJECTED, agent),
        SUPERVISOR: lambda: _staff(policy, SUPERVISOR),
    }
    for person, step in steps.items():
        if await account.find(person.email) is None:
            await step()


async def _agent(policy: Policy) -> Session | None:
    """The agent's session; None where everybody is there, so that nobody needs it."""
    if await account.find(SUPERVISOR.email):
        return None
    if await account.find(AGENT.email) is None:
        return await _staff(policy, AGENT)
    half = await _login(policy, AGENT)
    assert isinstance(half, CodeRequired)  # noqa: S101 # the agent has enrolled
    found = await account.find(AGENT.email)
    assert found  # noqa: S101
    code = await two_factor.current_code(policy, found)
    return (await sign_in.verify_code(policy, _ORIGIN, half.token, code or "")).session


async def _staff(policy: Policy, person: Person) -> Session:
    await account.add(policy, person.email, PASSWORD, person.role)
    return await _enroll(policy, person)


async def _enrolled(policy: Policy, person: Person) -> None:
    await _register(policy, person)
    await _login(policy, person)  # the one without a second step
    await _enroll(policy, person)


async def _asked(policy: Policy, person: Person, reason: ResetReason) -> RecoveryTicket:
    await _enrolled(policy, person)
    half = await _login(policy, person)
    assert isinstance(half, CodeRequired)  # noqa: S101 # enrolled just now
    form = Form(
        reason,
        message="I cannot get at my codes any more. Please help me to sign in again.",
        contact_phone="+49 30 5550100",
        device_serial_number=_serial(person),
    )
    return (await recovery.submit(policy, _ORIGIN, half.token, form)).ticket


async def _claimed(policy: Policy, person: Person, agent: Session | None) -> RecoveryTicket:
    ticket = await _asked(policy, person, ResetReason.PHONE_BROKEN)
    return await desk.claim(policy, agent, ticket.id)


async def _approved(policy: Policy, person: Person, agent: Session | None) -> None:
    ticket = await _claimed(policy, person, agent)
    checked = [EvidenceKind.DEVICE_SERIAL]
    await decision.approve(policy, agent, ticket.id, checked, "The serial number is right.")


async def _rejected(policy: Policy, person: Person, agent: Session | None) -> None:
    ticket = await _claimed(policy, person, agent)
    await decision.reject(policy, agent, ticket.id, "Nobody answered when we called back.")


async def _register(policy: Policy, person: Person) -> None:
    serial = _serial(person)
    await registration.register(policy, _ORIGIN, person.email, PASSWORD, serial, "Roof unit")


async def _enroll(policy: Policy, person: Person) -> Session:
    half = await _login(policy, person)
    assert isinstance(half, EnrollmentRequired)  # noqa: S101 # without a factor yet
    offer = await enrollment.begin(policy, _ORIGIN, half.token, None)
    while True:
        # The code before the present one, so that the present one is still good to sign in with.
        code = pyotp.TOTP(offer.secret).at(clock.now() - timedelta(seconds=30))
        try:
            return (await enrollment.confirm(policy, _ORIGIN, half.token, None, code)).session
        except CodeRejected:
            continue  # the step has just changed


async def _login(policy: Policy, person: Person) -> SignedIn | EnrollmentRequired | CodeRequired:
    return await sign_in.login(policy, _ORIGIN, person.email, PASSWORD, Delivery.BEARER)


def _serial(person: Person) -> str:
    return f"AHU-{1000 + PEOPLE.index(person)}"
