"""Customers and agents under load: each does one thing after the other, until told to stop."""

import asyncio
import itertools
import random
from typing import Any
from uuid import uuid4

from tests.faults.caller import Caller
from tests.faults.person import SignsIn
from tests.support.people import PASSWORD

_TICKETS = 3
"""An account may ask so often in a week."""
_REASONS = ("PHONE_LOST", "PHONE_REPLACED")


class Customer(SignsIn):
    """Registers, signs in again and again, and loses the phone three times in between."""

    def __init__(self, caller: Caller, number: int, chance: random.Random) -> None:
        super().__init__(caller, f"customer{number}@example.com")
        self._chance = chance
        self._registered = False
        self._asked = 0
        self._receipt = ""

    async def live(self, pause: float) -> None:
        """With so many seconds between two things."""
        while True:
            await self._next()
            await asyncio.sleep(pause * self._chance.uniform(0.5, 1.5))

    async def _next(self) -> None:
        if not self._registered:
            await self._register()
        elif self._receipt and self._chance.random() < 0.8:
            await self._wait()
        elif self.enrolled and self._asked < _TICKETS and self._chance.random() < 0.5:
            await self._lose_the_phone()
        else:
            await self.sign_in()

    async def _register(self) -> None:
        device = {"serialNumber": f"AHU-{uuid4().hex[:8].upper()}", "name": "Roof"}
        answer = await self.caller.ask("Register", email=self.email, password=PASSWORD,
                                       device=device)  # fmt: skip
        if answer and answer["__typename"] == "Registered":
            self._registered = True
            self.ledger.accounts.add(self.email)
            self.ledger.told(self.email, "registered")

    async def _lose_the_phone(self) -> None:
        asked = await self.caller.ask("Login", email=self.email, password=PASSWORD,
                                      delivery="BEARER")  # fmt: skip
        if not asked or asked["__typename"] != "CodeRequired":
            return
        message = uuid4().hex
        self.ledger.sent[message] += 1
        answer = await self.caller.ask(
            "RequestReset", challenge=asked["challenge"]["token"],
            reason=self._chance.choice(_REASONS), message=message,
        )  # fmt: skip
        if answer and answer["__typename"] == "ResetRequested":
            reference = answer["ticket"]["reference"]
            self._asked += 1
            self._receipt = answer["receipt"]
            self.ledger.tickets[reference] = self.email
            self.ledger.told(self.email, f"asked {reference}")

    async def _wait(self) -> None:
        status = await self.caller.ask("ResetStatus", receipt=self._receipt)
        if status and status["state"] not in ("WAITING", "CLAIMED"):
            self._receipt = ""


class Agent(SignsIn):
    """Takes tickets of the queue, writes notes, and decides."""

    def __init__(self, caller: Caller, email: str, chance: random.Random) -> None:
        super().__init__(caller, email)
        self._chance = chance
        self._notes = itertools.count(1)

    async def live(self, pause: float) -> None:
        """With so many seconds between two things."""
        while True:
            for ticket in await self._found():
                await self._work_on(ticket, pause)
            await asyncio.sleep(pause)

    async def _found(self) -> list[Any]:
        waiting = {"states": ["WAITING"]}
        queue = await self.caller.ask("RecoveryQueue", self.token, first=20, filter=waiting)
        tickets = [edge["node"] for edge in queue["edges"]] if queue else []
        return self._chance.sample(tickets, min(1, len(tickets)))

    async def _work_on(self, ticket: Any, pause: float) -> None:
        if not await self._done("ClaimTicket", ticketId=ticket["id"]):
            return
        self.ledger.claims[ticket["id"], self.email] += 1
        for _ in range(self._chance.randint(0, 2)):
            await self._note(ticket["id"])
            await asyncio.sleep(pause / 2)
        await self._decide(ticket)

    async def _note(self, ticket: str) -> None:
        text = f"{self.email} {next(self._notes)}"
        self.ledger.sent[text] += 1
        if await self._done("AddTicketNote", ticketId=ticket, text=text):
            self.ledger.notes.add(text)

    async def _decide(self, ticket: Any) -> None:
        if self._chance.random() < 0.2:
            await self._done("ReleaseTicket", ticketId=ticket["id"])
            return
        text = f"{self.email} {next(self._notes)}"
        self.ledger.sent[text] += 1
        if self._chance.random() < 0.5:
            decided = await self._done("RejectReset", ticketId=ticket["id"], note=text)
        else:
            decided = await self._approve(ticket, text)
        if decided:
            self.ledger.notes.add(text)
            self.ledger.decisions[ticket["id"]] = decided["state"]
            self.ledger.told(ticket["account"]["email"], f"decided {ticket['reference']}")

    async def _approve(self, ticket: Any, text: str) -> Any:
        found = {"kind": "CALLBACK", "outcome": "MATCHED", "detail": "Called back."}
        if not await self._done("RecordEvidence", ticketId=ticket["id"], **found):
            return None
        self.ledger.approved.add(ticket["account"]["email"])
        return await self._done("ApproveReset", ticketId=ticket["id"], checked=["CALLBACK"],
                                note=text)  # fmt: skip

    async def _done(self, name: str, **fields: Any) -> Any:
        """The ticket as it is then; None where it was refused, or nobody knows."""
        answer = await self.caller.ask(name, self.token, **fields)
        if answer and answer["__typename"] == "StepUpRequired" and (code := await self.code()):
            await self.caller.ask("StepUp", self.token, code=code)
            answer = await self.caller.ask(name, self.token, **fields)
        return answer if answer and answer["__typename"] == "RecoveryTicket" else None
