"""Neither the log nor the database knows a secret; and the log, nobody's address.

A whole story is played against a started server, with everything that goes wrong in it; then all
that was said is looked for in what the process wrote.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import StartProcess
from tests.support import databases, people, postgres
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.ear import Ear
from tests.support.operations import operation
from tests.support.people import Person
from tests.support.process import Process

AUGUSTA = "augusta.king@sparewheel.example"
GRACE = "grace.hopper@sparewheel.example"
PERSONAL = ("augusta", "grace", "hopper", "sparewheel")
NEW_PASSWORD = "eight loud dampers"
WRONG_PASSWORD = "nine lost gaskets"
WRONG_CODE = "493817"
CRASH = f"{AUGUSTA} has the code 601245"


class Story:
    """A customer and an agent, and everything that the server may only say to them."""

    def __init__(self, place: Process, clock: Clock, database_url: str) -> None:
        self.place = place
        self.clock = clock
        self.database_url = database_url
        self.ear = Ear()
        self.augusta = Person(place, clock, AUGUSTA, self.ear.listen(place.browser()))

    async def play(self) -> None:
        """All of it."""
        grace = self.ear.listen(self.place.browser())
        self.grace = await people.agent(self.place, self.clock, GRACE, client=grace)
        await self.sign_in()
        await self.fail()
        ticket = await self.lose_the_phone()
        await self.crash(ticket)
        await self.recover(ticket)
        await self.speak_nonsense()
        self.ear.read(self.place.mailbox.letters())

    async def sign_in(self) -> None:
        """From registering to a second browser that is half signed in."""
        augusta = self.augusta
        await augusta.register()
        await augusta.login()
        await augusta.sign_out()
        await augusta.enroll()
        await augusta.step_up()
        await augusta.client.run(
            "ChangePassword", currentPassword=augusta.password, newPassword=NEW_PASSWORD
        )
        augusta.password = NEW_PASSWORD
        program = self.ear.listen(self.place.program())
        other = Person(self.place, self.clock, AUGUSTA, program)
        other.password = NEW_PASSWORD
        await other.login()

    async def fail(self) -> None:
        """Wrong passwords and codes, until none are looked at any more."""
        stranger = self.ear.listen(self.place.browser())
        said: dict[str, Any] = {"email": AUGUSTA, "password": WRONG_PASSWORD}
        for _ in range(11):
            answer = await stranger.run("Login", said)
        expect(answer, "Throttled")
        device = {"serialNumber": "AHU-1", "name": "Roof"}
        expect(await stranger.run("Register", said, device=device), "Registered")
        challenge = await self.augusta.challenge()
        expect(await self.augusta.verify(challenge, WRONG_CODE), "CodeRejected")
        expect(await stranger.run("VerifyCode", challenge="x", code=WRONG_CODE), "ChallengeExpired")

    async def lose_the_phone(self) -> Any:
        """A request whose mailed link was followed."""
        asked = await self.augusta.request_reset(message=f"Write to {AUGUSTA}", contactPhone="030")
        letter = await self.augusta.letter(asked["ticket"]["reference"])
        await self.augusta.client.run("ConfirmMailbox", token=letter.token("confirm"))
        async with self.augusta.client.subscribe("WatchResetStatus", receipt=asked["receipt"]) as s:
            await s.next()
        reference = asked["ticket"]["reference"]
        return await self.grace.client.run("RecoveryTicket", reference=reference)

    async def crash(self, ticket: Any) -> None:
        """The database refuses something, in words that quote what nobody may read."""
        await _break_notes(self.database_url)
        note = {"ticketId": ticket["id"], "text": f"{AUGUSTA} called"}
        (error,) = await self.grace.client.errors("AddTicketNote", note)
        assert error["extensions"]["code"] == "INTERNAL"
        assert "augusta" not in str(error)
        self.crashed = error["extensions"]["requestId"]
        await _mend_notes(self.database_url)

    async def recover(self, ticket: Any) -> None:
        """The request is granted, and a new phone bound."""
        desk = self.grace.client
        of = {"ticketId": ticket["id"]}
        await desk.run("ClaimTicket", of)
        called = {"kind": "CALLBACK", "outcome": "MATCHED", "detail": f"Called {AUGUSTA}."}
        await desk.run("RecordEvidence", of, **called)
        approved = await desk.run("ApproveReset", of, checked=["CALLBACK"], note="Her voice.")
        expect(approved, "RecoveryTicket")
        await desk.run("RecoveryQueue", filter={"search": AUGUSTA})
        await self.augusta.enroll((await self.augusta.letter("release code")).release_code)
        await self.augusta.sign_in()

    async def speak_nonsense(self) -> None:
        """What is no GraphQL, in bodies, headers and addresses."""
        login = operation("Login").payload({"email": AUGUSTA, "password": NEW_PASSWORD})
        wrong_type = login | {"variables": {"input": {"email": [AUGUSTA], "password": 7}}}
        wrong_document = {"query": f'{{ resetStatus(receipt: "{AUGUSTA}" }}'}
        async with httpx.AsyncClient(base_url=self.place.url, trust_env=False) as http:
            for body in (wrong_type, wrong_document):
                assert "errors" in (await http.post("/graphql", json=body)).json()
            headers = {"x-request-id": AUGUSTA, "user-agent": AUGUSTA, "accept-language": AUGUSTA}
            for method in ("GET", "PUT", "POST"):
                await http.request(method, f"/graphql?query={AUGUSTA}", headers=headers)
            await http.get(f"/confirm?{AUGUSTA}", headers={"authorization": f"Bearer {AUGUSTA}"})


@pytest.fixture
async def story(start_process: StartProcess, clock: Clock, database_url: str) -> Story:
    return Story(await start_process(), clock, database_url)


async def test_log_and_database_know_no_secret(story: Story) -> None:
    await story.play()
    heard = story.ear.heard
    assert {WRONG_PASSWORD, NEW_PASSWORD, people.PASSWORD, WRONG_CODE} < heard.keys()
    kinds = {"token", "receipt", "manualKey", "releaseCode", "a mailed link"}
    assert kinds | {"the cookie sparekey"} < set(heard.values())

    dumped = await _dump(story.database_url)
    assert AUGUSTA in dumped
    assert not story.ear.found_in(dumped)

    await story.place.stop()
    log = story.place.log.read_text()
    assert '"event": "crash"' in log and story.crashed in log
    assert not story.ear.found_in(log)
    assert "601245" not in log
    assert not [line for line in log.splitlines() if any(one in line for one in PERSONAL)]


async def _dump(url: str) -> str:
    if url.startswith("sqlite"):
        # With what was deleted, and what is not in the file itself yet.
        files = Path(url.removeprefix("sqlite://")).parent.glob("sparekey.sqlite3*")
        return "\n".join(file.read_bytes().decode("latin-1") for file in files)
    return await databases.dump(url)


async def _break_notes(url: str) -> None:
    if url.startswith("sqlite"):
        trouble = f"BEGIN SELECT RAISE(ABORT, '{CRASH}'); END"
        await _execute(url, f"CREATE TRIGGER trouble BEFORE INSERT ON ticket_note {trouble}")
        return
    await _execute(
        url,
        "CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{CRASH}'; END $$;"
        "CREATE TRIGGER trouble BEFORE INSERT ON ticket_note EXECUTE FUNCTION trouble()",
    )


async def _mend_notes(url: str) -> None:
    if url.startswith("sqlite"):
        await _execute(url, "DROP TRIGGER trouble")
    else:
        await _execute(url, "DROP FUNCTION trouble CASCADE")


async def _execute(url: str, statement: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as file:
            file.execute(statement)
        return
    async with postgres.connected(url) as connection:
        await connection.execute(statement)
