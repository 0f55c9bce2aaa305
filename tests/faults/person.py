"""People who sign in, whatever they do then."""

from typing import Any

import pyotp

from models import clock
from tests.faults.caller import Caller
from tests.support.people import PASSWORD

_STEP = 30  # seconds, RFC 6238 §5.2


class SignsIn:
    """Someone with an address, a password, and a phone once there is a secret."""

    def __init__(self, caller: Caller, email: str) -> None:
        self.caller = caller
        self.ledger = caller.ledger
        self.email = email
        self.token = ""
        self.enrolled = False
        self._secret = ""
        self._last_step = 0

    async def live(self, pause: float) -> None:
        """With so many seconds between two things."""
        raise NotImplementedError

    async def sign_in(self) -> None:
        """E-mail, password, and whatever is asked for then."""
        asked = await self.caller.ask("Login", email=self.email, password=PASSWORD,
                                      delivery="BEARER")  # fmt: skip
        match asked and asked["__typename"]:
            case "SignedIn":
                self._signed_in(asked)
            case "EnrollmentRequired":
                await self._enroll(asked["challenge"]["token"], asked["releaseCodeRequired"])
            case "CodeRequired":
                await self._with_code(asked["challenge"]["token"])

    async def code(self) -> str | None:
        """What the phone shows, if it was not typed before."""
        step = int(clock.now().timestamp()) // _STEP
        if step <= self._last_step or not self._secret:
            return None
        self._last_step = step
        return pyotp.TOTP(self._secret).at(step * _STEP)

    async def _with_code(self, challenge: str) -> None:
        if code := await self.code():
            answer = await self.caller.ask("VerifyCode", challenge=challenge, code=code)
            if answer and answer["__typename"] == "SignedIn":
                self._signed_in(answer)

    async def _enroll(self, challenge: str, by_release: bool) -> None:
        if (by_release or self.enrolled) and self.email not in self.ledger.approved:
            self.ledger.wrong.append(f"{self.email} has lost the second factor")
        release = self.caller.release_code(self.email) if by_release else None
        if by_release and not release:
            return
        offer = await self.caller.ask("BeginEnrollment", challenge=challenge, releaseCode=release)
        if not offer or offer["__typename"] != "Enrollment":
            return
        self._secret, self._last_step = offer["manualKey"].replace(" ", ""), 0
        code = await self.code()
        answer = await self.caller.ask("ConfirmEnrollment", challenge=challenge, code=code)
        if answer and answer["__typename"] == "SignedIn":
            self.enrolled = True
            self.ledger.enrolled.add(self.email)
            self.ledger.told(self.email, "enrolled")
            self._signed_in(answer)

    def _signed_in(self, answer: Any) -> None:
        self.token = answer["token"]
        self.ledger.sessions[answer["session"]["id"]] = self.email
