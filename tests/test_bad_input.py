"""Whatever is put into any string of any operation is answered: never a crash, never a 500.

The strings are found in the contract, so that an operation that is added is attacked as well.
"""

import json
from datetime import datetime
from typing import Any

import pytest
from graphql import OperationType
from structlog.testing import capture_logs

from tests.support import people
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.leaves import Leaf, leaves
from tests.support.operations import operation
from tests.support.people import Person
from tests.support.served import Running

NASTY = {
    "NUL": "a\0b c d e f",
    "half a surrogate pair": "half \ud83d of it",
    "control characters": "bell\x07 \x1b[31mred",
    "right-to-left mark": "photo\u202egnp.exe",
    "too long": "x" * 40_000,
    "longer in capitals": "ß" * 64,
    "emoji": "👩‍🔧 repairs 🔥",
    "nothing": "",
    "space": " \u00a0\t\n",
    "accents": "Z" + "\u0351" * 50,
    "SQL": "'; DROP TABLE account; --",
    "patterns": "%_\\*[a-z]",
}
MEGABYTE = "x" * 1_000_000

# Kept and shown to others: taken as it is, or refused by its name.
TEXTS = {
    *("name", "serialNumber", "text", "note", "detail"),
    *("message", "contactPhone", "deviceSerialNumber", "email"),
}
NEVER_IN_TEXTS = {"NUL", "half a surrogate pair", "control characters", "right-to-left mark"}
NEW_PASSWORDS = {("Register", "password"), ("ChangePassword", "newPassword")}
NEVER_IN_PASSWORDS = {"NUL", "half a surrogate pair", "too long", "nothing"}
CURSORS = {"after", "before"}
CODES = {"BAD_USER_INPUT", "CURSOR_EXPIRED", "NOT_FOUND"}


class Everyone:
    """Somebody in each state that an operation asks for, so that the string itself is reached."""

    def __init__(self, chief: Person, ada: Person, rosa: Person, ticket: Any) -> None:
        self.chief = chief
        self.ada = ada
        self.rosa = rosa
        self.known: dict[str, object] = {
            "ticketId": ticket["id"],
            "id": ticket["id"],
            "reference": ticket["reference"],
            "password": chief.password,
            "newPassword": "eight loud dampers",
            "currentPassword": chief.password,
            "serialNumber": "AHU-2",
            "deviceSerialNumber": "AHU-2",
            "code": "000000",
            "first": 5,
            "kind": "CALLBACK",
            "outcome": "MISMATCHED",
            "checked": ["MAILBOX"],
            **dict.fromkeys(("after", "before", "releaseCode")),
        }
        self._counted = 0

    async def given(self, leaf: Leaf) -> object:
        """What is put into the other variables of an operation."""
        if leaf.name == "challenge":
            return await self._challenge(leaf.operation)
        if leaf.name == "email":
            self._counted += 1
            return f"eve{self._counted}@example.com"
        return self.known.get(leaf.name, "words" if leaf.is_string else None)

    async def _challenge(self, name: str) -> str | None:
        if name == "ConfirmEnrollment":
            return None
        if name == "BeginEnrollment":
            released = expect(await self.rosa.login(), "EnrollmentRequired")
            return str(released["challenge"]["token"])
        return await self.ada.challenge()

    async def prepare(self, name: str) -> None:
        """What has to be so before an operation looks at its input."""
        if name in ("ApproveReset", "RejectReset"):
            await self.chief.client.run("ClaimTicket", ticketId=self.known["ticketId"])
        if name == "ConfirmEnrollment":
            await self.chief.client.run("BeginEnrollment", challenge=None)

    async def ask(self, leaf: Leaf, value: str) -> tuple[int, Any]:
        """Status and answer; waits and steps up where the answer asks for it."""
        for _ in range(3):
            await self.prepare(leaf.operation)
            status, answer = await self._post(leaf, value)
            match (answer.get("data") or {}).get(operation(leaf.operation).field):
                case {"__typename": "StepUpRequired"}:
                    await self.chief.step_up()
                case {"__typename": "Throttled", "retryAt": at}:
                    await self.chief.clock.travel_to(datetime.fromisoformat(at))
                case _:
                    break
        return status, answer

    async def _post(self, leaf: Leaf, value: str) -> tuple[int, Any]:
        variables = await leaf.variables(value, self.given)
        payload = operation(leaf.operation).payload(variables)
        response = await self.chief.client.http.post(
            "/graphql",
            content=json.dumps(payload),  # in ASCII: half a surrogate pair has no other form
            headers={"content-type": "application/json"},
        )
        return response.status_code, response.json()


@pytest.fixture
async def everyone(served: Running, clock: Clock) -> Everyone:
    chief = await people.agent(served, clock, "chief@example.com", "SUPERVISOR")
    ada = await people.customer(served, clock, "ada@example.com")
    rosa = await people.customer(served, clock, "rosa@example.com")
    asked = await rosa.request_reset(deviceSerialNumber=rosa.serial_number)
    granted = await chief.client.run("RecoveryTicket", reference=asked["ticket"]["reference"])
    await chief.client.run("ClaimTicket", ticketId=granted["id"])
    approval = {"ticketId": granted["id"], "checked": ["DEVICE_SERIAL"], "note": "Right."}
    expect(await chief.client.run("ApproveReset", approval), "RecoveryTicket")
    asked = await ada.request_reset()
    waiting = await chief.client.run("RecoveryTicket", reference=asked["ticket"]["reference"])
    return Everyone(chief, ada, rosa, waiting)


async def test_queries_and_mutations(everyone: Everyone) -> None:
    attacked = leaves(OperationType.QUERY, OperationType.MUTATION)
    assert len(attacked) > 40
    with capture_logs() as log:
        faults = [
            f"{leaf}, {kind}: {fault}"
            for leaf in attacked
            for kind, value in NASTY.items()
            if (fault := _fault(leaf, kind, *await everyone.ask(leaf, value)))
        ]
    assert not faults, "\n".join(faults)
    assert not [line for line in log if line["log_level"] == "error"]


async def test_a_megabyte(everyone: Everyone) -> None:
    for leaf in leaves(OperationType.QUERY, OperationType.MUTATION):
        status, answer = await everyone.ask(leaf, MEGABYTE)
        assert status == 413, f"{leaf}: {status} {answer}"


async def test_subscriptions(everyone: Everyone) -> None:
    attacked = leaves(OperationType.SUBSCRIPTION)
    assert {leaf.name for leaf in attacked} == {"after", "receipt"}
    with capture_logs() as log:
        for leaf in attacked:
            for value in NASTY.values():
                await _refused(everyone, leaf, value)
    assert not [line for line in log if line["log_level"] == "error"]


async def test_a_megabyte_over_a_socket(everyone: Everyone) -> None:
    for leaf in leaves(OperationType.SUBSCRIPTION):
        async with everyone.chief.client.subscribe(
            leaf.operation, **{leaf.name: MEGABYTE}
        ) as events:
            assert await events.closed() == 1009


async def _refused(everyone: Everyone, leaf: Leaf, value: str) -> None:
    events = everyone.chief.client.subscribe(leaf.operation, **{leaf.name: value})
    async with events as stream:
        (error,) = await stream.errors()
        if leaf.name == "after":
            assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "after"}
        else:
            assert error["extensions"] == {"code": "NOT_FOUND"}


def _fault(leaf: Leaf, kind: str, status: int, answer: Any) -> str | None:
    """What is wrong with an answer, if anything."""
    if status >= 500:
        return f"{status} {answer}"
    if errors := answer.get("errors"):
        return _fault_of_errors(leaf, errors)
    said = answer["data"][operation(leaf.operation).field]
    if leaf.type == "ID" or leaf.name in CURSORS:
        return f"taken: {said}"
    if _must_be_refused(leaf, kind):
        refused = isinstance(said, dict) and said.get("field") == leaf.name
        return None if refused else f"not refused by its name: {said}"
    return None


def _fault_of_errors(leaf: Leaf, errors: list[Any]) -> str | None:
    (error,) = errors
    code, argument = (error.get("extensions", {}).get(name) for name in ("code", "argument"))
    if code not in CODES:
        return str(error)
    named = leaf.type == "ID" or leaf.name in CURSORS | {"search"}
    return f"names {argument}: {error}" if named and argument != leaf.name else None


def _must_be_refused(leaf: Leaf, kind: str) -> bool:
    if (leaf.operation, leaf.name) in NEW_PASSWORDS:
        return kind in NEVER_IN_PASSWORDS
    return leaf.name in TEXTS and kind in NEVER_IN_TEXTS | {"too long"}
