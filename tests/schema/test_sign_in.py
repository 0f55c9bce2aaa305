"""Signing in as clients do: what each step answers."""

from datetime import datetime, timedelta

import pytest

from tests.support import people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.served import Running

SOON = timedelta(minutes=10)


class TestRegister:
    async def test_free_or_taken_it_says_the_same(self, served: Running, clock: Clock) -> None:
        ada = Person(served, clock, "ada@example.com")
        first = await ada.register()
        stranger = Person(served, clock, "ada@example.com")
        stranger.password = "nine loud compressors"
        assert await stranger.register() == first
        expect(await stranger.login(), "InvalidCredentials")
        expect(await ada.login(), "SignedIn")
        (unit,) = (await ada.client.run("Viewer"))["devices"]
        assert unit["serialNumber"] == ada.serial_number
        mailed = [await ada.letter(), await ada.letter()]
        assert len({letter.token("not-me") for letter in mailed}) == 2

    async def test_not_me(self, served: Running, clock: Clock) -> None:
        eve = Person(served, clock, "ada@example.com")
        await eve.register()
        expect(await eve.login(), "SignedIn")
        token = (await eve.letter()).token("not-me")
        elsewhere = served.browser()
        expect(await elsewhere.run("CloseAccount", token=token), "AccountClosed")
        assert await eve.client.run("Viewer") is None
        expect(await elsewhere.run("CloseAccount", token=token), "ChallengeExpired")
        await Person(served, clock, "ada@example.com").register()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"email": "ada"}, "email"),
            ({"password": "password1"}, "password"),
            ({"device": {"serialNumber": "\0", "name": "Roof"}}, "serialNumber"),
            ({"device": {"serialNumber": "1", "name": "Ro\u202eof"}}, "name"),
        ],
    )
    async def test_a_field_is_marked(
        self, served: Running, wrong: dict[str, object], field: str
    ) -> None:
        form = {
            "email": "ada@example.com",
            "password": people.PASSWORD,
            "device": {"serialNumber": "1", "name": "Roof"},
        }
        answer = expect(await served.browser().run("Register", form | wrong), "InvalidInput")
        assert answer["field"] == field and answer["message"]


class TestFirstSignIn:
    async def test_says_that_no_code_was_entered(self, served: Running, clock: Clock) -> None:
        ada = Person(served, clock, "ada@example.com")
        await ada.register()
        signed = expect(await ada.login(), "SignedIn")
        assert signed["session"]["verifiedAt"] is None
        assert signed["account"]["secondFactor"] is None
        assert expect(await ada.login(), "EnrollmentRequired")["releaseCodeRequired"] is False


class TestVerifyCode:
    async def test_the_whole_second_step(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        asked = expect(await ada.login(), "CodeRequired")["challenge"]
        assert datetime.fromisoformat(asked["expiresAt"]) - clock.now() < SOON
        rejected = expect(await ada.verify(asked["token"], "12345"), "CodeRejected")
        assert (rejected["hint"], rejected["attemptsLeft"]) == ("NONE", 4)
        code = await ada.next_code()
        spaced = f"{code[:3]} {code[3:]}"
        signed = expect(await ada.verify(asked["token"], spaced), "SignedIn")
        assert signed["session"]["verifiedAt"] and signed["token"] is None
        expect(await ada.verify(asked["token"]), "ChallengeExpired")
        again = expect(await ada.verify(await ada.challenge(), code), "CodeRejected")
        assert again["hint"] == "ALREADY_USED"

    async def test_throttled_by_a_stranger_the_owner_signs_in_at_home(
        self, served: Running, clock: Clock
    ) -> None:
        ada = await people.customer(served, clock)
        stranger = Person(served, clock, ada.email)
        token = await stranger.challenge()
        for left in (4, 3, 2, 1, 0):
            answer = await stranger.verify(token, "no code")
            assert expect(answer, "CodeRejected")["attemptsLeft"] == left
        expect(await stranger.verify(token, "no code"), "ChallengeExpired")
        stranger.phone = ada.phone  # even the right code has to wait
        refused = expect(await stranger.verify(await stranger.challenge()), "Throttled")
        waits = datetime.fromisoformat(refused["retryAt"]) - clock.now()
        assert timedelta() < waits < timedelta(minutes=5)
        await ada.sign_out()
        await ada.sign_in()


class TestTokens:
    async def test_a_program_carries_its_own(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock, client=served.program())
        token = ada.client.bearer or ""
        assert len(token) == 43
        ada.client.http.cookies.clear()
        assert (await ada.client.run("Viewer"))["email"] == ada.email
        for wrong in (token[:-1], token + "x", token.swapcase(), "x"):
            assert await served.program(wrong).run("Viewer") is None

    async def test_step_up_leaves_a_programs_token(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock, client=served.program())
        token = ada.client.bearer
        await ada.step_up()
        assert (await served.program(token or "").run("Viewer"))["email"] == ada.email

    async def test_step_up_exchanges_a_browsers(self, served: Running, clock: Clock) -> None:
        ada = await people.customer(served, clock)
        before = ada.client.http.cookies["sparekey"]
        session = await ada.step_up()
        assert session["current"] is True
        after = ada.client.http.cookies["sparekey"]
        assert after != before
        assert await served.program(before).run("Viewer") is None
        assert (await ada.client.run("Viewer"))["email"] == ada.email

    async def test_step_up_without_a_factor_or_a_session(
        self, served: Running, clock: Clock
    ) -> None:
        kim = await people.newcomer(served, clock, "kim@example.com")
        for client in (kim.client, served.browser()):
            expect(await client.run("StepUp", code="123456"), "NotAllowed")
