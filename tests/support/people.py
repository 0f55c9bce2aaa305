"""People, and the scenes that many tests begin with, played through the contract."""

from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import uuid4

import pyotp

from tests.support import qr
from tests.support.client import Client, expect
from tests.support.clock import Clock
from tests.support.mailbox import Letter, Mailbox

PASSWORD = "seven quiet turbines"
_STEP = 30  # seconds, RFC 6238 §5.2


class Place(Protocol):
    """Where people go: `served.Running` or `process.Process`."""

    url: str
    mailbox: Mailbox

    def browser(self, locale: str = "en") -> Client:
        """A browser that nobody has signed in with."""

    async def add_account(self, email: str, password: str, role: str) -> object:
        """An account as the command line makes it."""


class Person:
    """Someone with an address and a password, before a client; with a phone once enrolled."""

    def __init__(self, place: Place, clock: Clock, email: str, client: Client | None = None):
        self.place = place
        self.clock = clock
        self.email = email
        self.password = PASSWORD
        self.client = client or place.browser()
        self.phone: pyotp.TOTP | None = None
        self.serial_number = f"AHU-{uuid4().hex[:8].upper()}"
        self._last_step = 0

    async def register(self) -> Any:
        """Make an account by registering a first unit."""
        device = {"serialNumber": self.serial_number, "name": "Roof, east"}
        answer = await self.client.run(
            "Register", email=self.email, password=self.password, device=device
        )
        return expect(answer, "Registered")

    async def login(self) -> Any:
        """Say e-mail and password; returns whatever comes next."""
        answer = await self.client.run(
            "Login", email=self.email, password=self.password, delivery=self.client.delivery
        )
        return self._keep_token(answer)

    async def begin_enrollment(self, challenge: str | None, release_code: str | None = None) -> Any:
        """Ask for the QR code and take it into the phone, in place of what was there."""
        answer = await self.client.run(
            "BeginEnrollment", challenge=challenge, releaseCode=release_code
        )
        self.scan(expect(answer, "Enrollment")["qrCode"])
        return answer

    def scan(self, picture: str) -> None:
        """Take the QR code of a `data:` URI into the phone, in place of what was there."""
        self.phone = qr.totp(picture)
        self._last_step = 0

    async def confirm_enrollment(self, challenge: str | None) -> Any:
        """Type the phone's code; returns `SignedIn`."""
        code = await self.next_code()
        answer = await self.client.run("ConfirmEnrollment", challenge=challenge, code=code)
        return self._keep_token(expect(answer, "SignedIn"))

    async def enroll(self, release_code: str | None = None) -> Any:
        """Sign in up to `EnrollmentRequired`, and enrol; returns `SignedIn`."""
        challenge = expect(await self.login(), "EnrollmentRequired")["challenge"]["token"]
        await self.begin_enrollment(challenge, release_code)
        return await self.confirm_enrollment(challenge)

    async def challenge(self) -> str:
        """Sign in up to `CodeRequired`; returns the challenge's token."""
        return str(expect(await self.login(), "CodeRequired")["challenge"]["token"])

    async def verify(self, challenge: str, code: str | None = None) -> Any:
        """Enter the phone's next code, or that one; returns whatever comes next."""
        code = code or await self.next_code()
        return self._keep_token(await self.client.run("VerifyCode", challenge=challenge, code=code))

    async def sign_in(self) -> Any:
        """E-mail, password and code; returns `SignedIn`."""
        return expect(await self.verify(await self.challenge()), "SignedIn")

    async def step_up(self) -> Any:
        """A fresh code for this session; returns the session."""
        return expect(await self.client.run("StepUp", code=await self.next_code()), "Session")

    async def sign_out(self) -> None:
        """End the session."""
        assert await self.client.run("Logout") is True

    async def request_reset(self, reason: str = "PHONE_LOST", **fields: Any) -> Any:
        """Sign in up to the code, and say that the phone is gone; returns `ResetRequested`."""
        challenge = await self.challenge()
        answer = await self.client.run("RequestReset", challenge=challenge, reason=reason, **fields)
        return expect(answer, "ResetRequested")

    async def next_code(self) -> str:
        """The phone's code, when it shows one that was not used yet: travels there if need be."""
        assert self.phone, f"{self.email} has no phone yet"
        if self._step() <= self._last_step:
            await self.clock.travel_to(
                datetime.fromtimestamp((self._last_step + 1) * _STEP, tz=UTC)
            )
        self._last_step = self._step()
        return self.phone.at(self._last_step * _STEP)

    def used_code(self) -> str:
        """The code that was typed last."""
        assert self.phone, f"{self.email} has no phone yet"
        return self.phone.at(self._last_step * _STEP)

    async def letter(self, holding: str = "") -> Letter:
        """The oldest unread letter holding those words, waited for."""
        return await self.place.mailbox.next(self.email, holding)

    def _step(self) -> int:
        return int(self.clock.now().timestamp()) // _STEP

    def _keep_token(self, answer: Any) -> Any:
        if answer["__typename"] == "SignedIn" and self.client.bearer is not None:
            self.client.bearer = answer["token"]
        return answer


async def newcomer(
    place: Place, clock: Clock, email: str = "ada@example.com", client: Client | None = None
) -> Person:
    """Someone who registered and has signed in once, without a second step."""
    person = Person(place, clock, email, client)
    await person.register()
    expect(await person.login(), "SignedIn")
    return person


async def customer(
    place: Place, clock: Clock, email: str = "ada@example.com", client: Client | None = None
) -> Person:
    """A customer with a second factor, signed in."""
    person = await newcomer(place, clock, email, client)
    await person.sign_out()
    await person.enroll()
    return person


async def agent(
    place: Place,
    clock: Clock,
    email: str = "sam@example.com",
    role: str = "SUPPORT",
    client: Client | None = None,
) -> Person:
    """One of the staff, with a second factor, signed in just now."""
    person = Person(place, clock, email, client)
    await place.add_account(email, person.password, role)
    await person.enroll()
    return person
