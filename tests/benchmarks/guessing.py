"""`python -m tests.benchmarks.guessing [--codes N] [--clients N]`: how many guesses are looked at.

Somebody has a customer's password and guesses codes: many clients at once, on two processes over
one PostgreSQL, by plain requests, by aliases in one document, by batches and over sockets. Prints
how many codes were sent, how each way was answered, and how many codes were compared. Status 1
where these are more than the account's limit of five in five minutes.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import connect

from models.accounts.account import Account
from models.keys.keyring import Keyring
from models.second_factor import two_factor
from models.signing_in.throttle import Throttle
from models.storage import database
from tests.support import databases, people, postgres
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.operations import operation
from tests.support.process import Process, process
from tests.support.travelling import started

MOST = 5
_PER_DOCUMENT = 10
_AT_THE_DOOR = 5
_VERIFY = 'verifyCode(input: {challenge: $challenge, code: "%s"}) { __typename }'
out = Console()


class Guesser:
    """One client, and what it was answered, by way and kind."""

    def __init__(self, place: Process, email: str, door: asyncio.Semaphore) -> None:
        self.client = Client(place.url, bearer="")
        self.email = email
        self.door = door
        self.challenge = ""
        self.sent = 0
        self.answers: Counter[tuple[str, str]] = Counter()

    async def guess(self, codes: int) -> None:
        """So many codes, each way in turn."""
        while self.sent < codes:
            if not self.challenge:
                await self._log_in()
            for way in (self._plainly, self._by_aliases, self._in_a_batch, self._over_a_socket):
                await way()
        await self.client.close()

    async def _log_in(self) -> None:
        async with self.door:
            answer = await self.client.run(
                "Login", email=self.email, password=people.PASSWORD, delivery="BEARER"
            )
        self.challenge = answer["challenge"]["token"]

    async def _plainly(self) -> None:
        for _ in range(_PER_DOCUMENT):
            response = await self.client.post(self._payload())
            self._count("plain", 1, response.json())

    async def _by_aliases(self) -> None:
        fields = " ".join(f"a{n}: {_VERIFY % _code()}" for n in range(_PER_DOCUMENT))
        query = f"mutation ($challenge: String!) {{ {fields} }}"
        response = await self.client.post(
            {"query": query, "variables": {"challenge": self.challenge}}
        )
        self._count("aliases", _PER_DOCUMENT, response.json())

    async def _in_a_batch(self) -> None:
        batch: Any = [self._payload() for _ in range(_PER_DOCUMENT)]
        self._count("batch", _PER_DOCUMENT, (await self.client.post(batch)).json())

    async def _over_a_socket(self) -> None:
        url = self.client.url.replace("http", "ws") + "/graphql"
        async with connect(url, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
            await socket.send(json.dumps({"type": "connection_init"}))
            await socket.recv()
            for n in range(_PER_DOCUMENT):
                message = {"id": str(n), "type": "subscribe", "payload": self._payload()}
                await socket.send(json.dumps(message))
            answered = 0
            while answered < _PER_DOCUMENT:
                message = json.loads(await socket.recv())
                if message["type"] in ("next", "error"):
                    self._count("socket", 1, message["payload"])
                    answered += 1

    def _payload(self) -> dict[str, Any]:
        return operation("VerifyCode").payload({"challenge": self.challenge, "code": _code()})

    def _count(self, way: str, codes: int, answer: Any) -> None:
        self.sent += codes
        for kind in _kinds(answer):
            self.answers[way, kind] += 1
            if kind == "ChallengeExpired":
                self.challenge = ""


def _kinds(answer: Any) -> list[str]:
    if isinstance(answer, dict) and answer.get("data"):
        return [one["__typename"] for one in answer["data"].values() if one] or ["error"]
    return ["refused"]


def _code() -> str:
    return f"{random.randrange(10**6):06}"  # noqa: S311 # a guess


async def measure(codes: int, clients: int) -> bool:
    """Print what came of it; whether the limit held."""
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server, started() as now:
        url = await postgres.create(server)
        await databases.migrate(url)
        keys = Keyring.generate_text()
        async with (
            process(url, Path(folder), keys, Clock(now, url).ahead) as one,
            process(url, Path(folder), keys, Clock(now, url).ahead) as other,
        ):
            victim = await people.customer(one, Clock(now, url), "ada@example.com")
            await victim.client.close()
            begun = time.perf_counter()
            # Passwords that are being hashed count as wrong ones.
            door = asyncio.Semaphore(_AT_THE_DOOR)
            places = random.choices((one, other), k=clients)  # noqa: S311 # any
            crowd = [Guesser(place, victim.email, door) for place in places]
            await asyncio.gather(*(each.guess(codes // clients) for each in crowd))
            seconds = time.perf_counter() - begun
        async with database.connect(url):
            return await _tell(crowd, seconds)


async def _tell(crowd: list[Guesser], seconds: float) -> bool:
    answers = sum((each.answers for each in crowd), Counter[tuple[str, str]]())
    table = Table("way", "answer", "times")
    for (way, kind), times in sorted(answers.items()):
        table.add_row(way, kind, str(times))
    out.print(table)
    factor = await two_factor.find(await Account.get(email="ada@example.com"))
    charged = sum(row.failures.count(";") for row in await Throttle.filter(key__startswith="code:"))
    compared = sum(times for (_, kind), times in answers.items() if kind == "CodeRejected")
    assert factor
    out.print(
        f"{sum(each.sent for each in crowd)} codes sent in {seconds:.0f} s; compared: {compared}; "
        f"counted by the account: {factor.failures_in_a_row}, by its throttle: {charged}"
    )
    signed_in = any(kind == "SignedIn" for _, kind in answers)
    return compared == charged == factor.failures_in_a_row <= MOST and not signed_in


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codes", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=50)
    given = parser.parse_args()
    return 0 if asyncio.run(measure(given.codes, given.clients)) else 1


if __name__ == "__main__":
    sys.exit(main())
