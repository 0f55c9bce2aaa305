"""A challenge serves the step it was given for, once, in time; else the way is back to login."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support import people
from tests.support.client import Client, expect
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.served import Running

LIFETIME = timedelta(minutes=10)
WITH_CODE = {"VerifyCode": {"code": "000000"}, "RequestReset": {"reason": "PHONE_LOST"}}
WITH_ENROLLMENT: dict[str, dict[str, Any]] = {
    "BeginEnrollment": {},
    "ConfirmEnrollment": {"code": "000000"},
}
OPERATIONS = WITH_CODE | WITH_ENROLLMENT | {"ResendReleaseCode": {}}


async def expired(client: Client, challenge: str, *names: str) -> None:
    """Fails unless all operations, or these, send the challenge back to login."""
    for name in names or OPERATIONS:
        answer = await client.run(name, OPERATIONS[name], challenge=challenge)
        assert answer["__typename"] == "ChallengeExpired", f"{name}: {answer}"


@pytest.fixture
async def ada(served: Running, clock: Clock) -> Person:
    return await people.customer(served, clock)


class TestEveryOperation:
    @pytest.mark.parametrize("challenge", ["", "none", "A" * 43])
    async def test_an_unknown_challenge(self, served: Running, challenge: str) -> None:
        await expired(served.browser(), challenge)

    async def test_one_that_is_too_old(self, ada: Person, clock: Clock) -> None:
        challenge = await ada.challenge()
        await clock.travel(LIFETIME - timedelta(seconds=2))
        expect(await ada.verify(challenge, "000000"), "CodeRejected")
        await clock.travel(timedelta(seconds=2))
        await expired(ada.client, challenge)

    async def test_one_that_was_used(self, ada: Person) -> None:
        challenge = await ada.challenge()
        expect(await ada.verify(challenge), "SignedIn")
        await expired(ada.client, challenge)

    async def test_one_that_has_no_attempts_left(self, ada: Person) -> None:
        challenge = await ada.challenge()
        for left in (4, 3, 2, 1, 0):
            rejected = expect(await ada.verify(challenge, "no code"), "CodeRejected")
            assert rejected["attemptsLeft"] == left
        await expired(ada.client, challenge)

    async def test_one_that_a_new_phone_has_overtaken(self, ada: Person, clock: Clock) -> None:
        challenge = await ada.challenge()
        await ada.begin_enrollment(None)
        await ada.confirm_enrollment(None)
        await expired(ada.client, challenge)

    async def test_other_tokens_are_no_challenges(self, served: Running, clock: Clock) -> None:
        program = served.program()
        ada = await people.customer(served, clock, client=program)
        session = program.bearer or ""
        receipt = (await ada.request_reset())["receipt"]
        letter = await ada.letter("reset")
        for token in (session, receipt, letter.token("confirm"), letter.token("cancel")):
            await expired(program, token)


class TestTheWrongStep:
    async def test_a_code_does_not_enrol(self, ada: Person) -> None:
        challenge = await ada.challenge()
        await expired(ada.client, challenge, *WITH_ENROLLMENT, "ResendReleaseCode")
        expect(await ada.verify(challenge), "SignedIn")

    async def test_enrolling_takes_no_code_and_no_reset(
        self, served: Running, clock: Clock
    ) -> None:
        ada = await people.newcomer(served, clock)
        challenge = expect(await ada.login(), "EnrollmentRequired")["challenge"]["token"]
        await expired(ada.client, challenge, *WITH_CODE, "ResendReleaseCode")
        await ada.begin_enrollment(challenge)
        await ada.confirm_enrollment(challenge)

    async def test_nothing_was_begun(self, served: Running, clock: Clock) -> None:
        ada = await people.newcomer(served, clock)
        challenge = expect(await ada.login(), "EnrollmentRequired")["challenge"]["token"]
        await expired(ada.client, challenge, "ConfirmEnrollment")


class TestSomebodyElses:
    async def test_a_code_opens_only_its_own_account(
        self, ada: Person, served: Running, clock: Clock
    ) -> None:
        bob = await people.customer(served, clock, "bob@example.com")
        code = await bob.next_code()
        rejected = await ada.verify(await ada.challenge(), code)
        assert expect(rejected, "CodeRejected")["hint"] == "NONE"
        expect(await bob.verify(await bob.challenge(), code), "SignedIn")

    async def test_a_challenge_opens_its_account_in_any_browser(
        self, ada: Person, served: Running
    ) -> None:
        challenge, other = await ada.challenge(), served.browser()
        code = await ada.next_code()
        signed = expect(await other.run("VerifyCode", challenge=challenge, code=code), "SignedIn")
        assert signed["account"]["email"] == ada.email
