"""What signing in costs in SQL: limits, audit entries, BEGIN and COMMIT included."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from models.storage import postgres
from tests.support import owners, statements
from tests.support.client import Client
from tests.support.clock import Clock
from tests.support.databases import on_postgres
from tests.support.owners import PASSWORD, Owner
from tests.support.served import Running

MOST = {
    "postgres": {
        "login": 2,
        "verifyCode": 2,
        "viewer": 1,
        "wrong": 1,
        "requestReset": 8,
        "again": 6,
    },
    "sqlite": {
        "login": 6,
        "verifyCode": 8,
        "viewer": 1,
        "wrong": 6,
        "requestReset": 11,
        "again": 4,
    },
}
LOGIN = """
mutation ($email: String!, $password: String!) {
  login(input: {email: $email, password: $password, delivery: BEARER}) {
    __typename
    ... on CodeRequired { challenge { token } }
  }
}
"""
VERIFY = """
mutation ($challenge: String!, $code: String!) {
  verifyCode(input: {challenge: $challenge, code: $code}) {
    __typename
    ... on SignedIn { token account { email } }
  }
}
"""
REQUEST = """
mutation ($challenge: String!, $serial: String) {
  requestReset(input: {challenge: $challenge, reason: PHONE_LOST, deviceSerialNumber: $serial}) {
    __typename
    ... on ResetRequested { ticket { reference } receipt }
  }
}
"""
VIEWER = "query { viewer { email } }"


@pytest.fixture
def most(dialect: str) -> dict[str, int]:
    return MOST[dialect]


@pytest.fixture
async def ada(served: Running, clock: Clock) -> Owner:
    return await owners.enrolled(served.policy, clock)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What requests send: also what asyncpg says by itself, which Tortoise does not log."""
    execute = postgres.Connection.execute
    with statements.of_requests() as heard:

        async def listened(self: Any, query: str, *values: Any, **how: Any) -> Any:
            said_itself = query.startswith(("BEGIN", "COMMIT", "ROLLBACK")) or ";" in query
            if said_itself and "request_id" in structlog.contextvars.get_contextvars():
                heard.append(query)
            return await execute(self, query, *values, **how)

        monkeypatch.setattr(postgres.Connection, "execute", listened)
        yield heard


class Caller:
    """Asks, and tells what each answer cost."""

    def __init__(self, client: Client, heard: list[str]) -> None:
        self.client = client
        self.heard = heard

    async def __call__(self, query: str, **variables: str) -> tuple[Any, int]:
        self.heard.clear()
        answer = (await self.client.post({"query": query, "variables": variables})).json()
        assert "errors" not in answer, answer
        (field,) = answer["data"].values()
        return field, len(self.heard)


async def test_the_way_in(
    served: Running, ada: Owner, heard: list[str], most: dict[str, int]
) -> None:
    ask = Caller(served.program(""), heard)
    answer, cost = await ask(LOGIN, email=ada.account.email, password=PASSWORD)
    assert answer["__typename"] == "CodeRequired"
    assert 0 < cost <= most["login"], "\n".join(heard)
    challenge = answer["challenge"]["token"]
    answer, cost = await ask(VERIFY, challenge=challenge, code=ada.code())
    assert answer["__typename"] == "SignedIn"
    assert 0 < cost <= most["verifyCode"], "\n".join(heard)
    ask.client = served.program(answer["token"])
    answer, cost = await ask(VIEWER)
    assert answer == {"email": ada.account.email}
    assert cost == most["viewer"], "\n".join(heard)


async def test_what_is_wrong_costs_no_more(
    served: Running, ada: Owner, heard: list[str], most: dict[str, int]
) -> None:
    ask = Caller(served.program(""), heard)
    answer, _ = await ask(LOGIN, email=ada.account.email, password=PASSWORD)
    challenge = answer["challenge"]["token"]
    answer, cost = await ask(VERIFY, challenge=challenge, code=ada.wrong_code())
    assert answer["__typename"] == "CodeRejected"
    assert 0 < cost <= most["wrong"], "\n".join(heard)
    costs = set()
    for email in (ada.account.email, "nobody@example.com"):
        answer, cost = await ask(LOGIN, email=email, password="another windy morning")
        assert answer["__typename"] == "InvalidCredentials"
        costs.add(cost)
    assert len(costs) == 1 and costs.pop() <= most["login"], "who is unknown costs the same"


async def test_asking_for_a_reset_once_and_again(
    served: Running, ada: Owner, heard: list[str], most: dict[str, int]
) -> None:
    ask, references = Caller(served.program(""), heard), set()
    for name in ("requestReset", "again"):
        form = {"challenge": await ada.challenge(), "serial": "AHU-1"}
        answer, cost = await ask(REQUEST, **form)
        assert answer["__typename"] == "ResetRequested"
        assert 0 < cost <= most[name], "\n".join(heard)
        references.add(answer["ticket"]["reference"])
    assert len(references) == 1


@on_postgres
async def test_begin_and_commit_are_heard(served: Running, ada: Owner, heard: list[str]) -> None:
    token = (await ada.verify(ada.code())).token
    ask = Caller(served.program(token), heard)
    assert (await ask("mutation { logout }"))[0] is True
    assert any("BEGIN" in one for one in heard) and any("COMMIT" in one for one in heard)
