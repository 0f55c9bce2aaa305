"""Asks, through the front, and says what is known of the answer."""

import time
from typing import Any

import httpx

from tests.faults.ledger import Ledger
from tests.support.mailbox import CODE_LINE
from tests.support.operations import operation
from tests.support.relay import Relay

PATIENCE = 20.0
_AT_ONCE = 60


class Caller:
    """All requests of a run. What gets no answer is not asked again by itself."""

    def __init__(self, url: str, ledger: Ledger, mails: Relay) -> None:
        self.ledger = ledger
        self._mails = mails
        self._http = httpx.AsyncClient(
            base_url=url,
            timeout=PATIENCE,
            trust_env=False,
            limits=httpx.Limits(max_connections=_AT_ONCE, keepalive_expiry=5),
        )

    async def close(self) -> None:
        """Leave."""
        await self._http.aclose()

    def release_code(self, email: str) -> str | None:
        """The newest that was mailed to an address."""
        for to, message in reversed(self._mails.received):
            body = message.get_body(("plain",)) if to == email else None
            if body and (found := CODE_LINE.findall(body.get_content().replace("\r\n", "\n"))):
                return str(found[-1])
        return None

    async def ask(self, name: str, bearer: str = "", /, **variables: Any) -> Any:
        """What the root field of an operation says; None where nobody knows what was done."""
        self.ledger.requests += 1
        begun, during = time.monotonic(), self.ledger.during
        asked = operation(name)
        headers = {"accept": "application/graphql-response+json"}
        if bearer:
            headers["authorization"] = f"Bearer {bearer}"
        try:
            response = await self._http.post(
                "/graphql", json=asked.payload(variables), headers=headers
            )
        except httpx.HTTPError as error:
            return self._unanswered(f"no answer: {type(error).__name__}")
        finally:
            waited = time.monotonic() - begun
            self.ledger.waits[during] = max(self.ledger.waits[during], waited)
        return self._answer(name, asked.field, response)

    def _answer(self, name: str, field: str, response: httpx.Response) -> Any:
        try:
            answer = response.json()
        except ValueError:
            return self._by_the_front(name, response)
        if errors := answer.get("errors"):
            return self._failed(name, response, errors[0])
        value = answer["data"][field]
        if isinstance(value, dict) and "message" in value:
            self.ledger.refused[value["__typename"]] += 1
        return value

    def _by_the_front(self, name: str, response: httpx.Response) -> None:
        if response.status_code not in (502, 503, 504):
            self.ledger.wrong.append(f"{name}: {response.status_code} {response.text[:200]}")
        return self._unanswered(f"front: {response.status_code}")

    def _failed(self, name: str, response: httpx.Response, error: dict[str, Any]) -> None:
        extensions = error.get("extensions", {})
        masked = extensions.get("code") in ("INTERNAL", "UNAVAILABLE")
        if not (masked and extensions.get("requestId")):
            self.ledger.wrong.append(f"{name}: {response.status_code} {error}")
        return self._unanswered(f"server: {response.status_code} {extensions.get('code')}")

    def _unanswered(self, what: str) -> None:
        self.ledger.unanswered[what] += 1
