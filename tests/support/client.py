"""A strict client: it knows the contract's operation files, and fails where it was not told to."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx

from tests.support.operations import operation
from tests.support.socket import Events, subscribed

# Reading the certificates that it trusts would cost each client more than a request.
TRUST = httpx.create_ssl_context()
_ACCEPT = "application/graphql-response+json, application/json;q=0.9"


class Client:
    """A browser with its cookies, or another program with its bearer token.

    `bearer`: the token, or `""` for a program that has none yet. Without it this is a browser.
    `by_id`: documents are named, as the server wants it where it runs trusted ones only.
    """

    def __init__(
        self, url: str, bearer: str | None = None, locale: str = "en", by_id: bool = False
    ) -> None:
        self.url = url
        self.bearer = bearer
        self.by_id = by_id
        headers = {"Accept": _ACCEPT, "Accept-Language": locale}
        if bearer is None:
            headers |= {"Origin": url, "Sec-Fetch-Site": "same-origin"}
        self.http = httpx.AsyncClient(
            base_url=url, headers=headers, timeout=60, trust_env=False, verify=TRUST
        )

    async def close(self) -> None:
        """Leave."""
        await self.http.aclose()

    @property
    def delivery(self) -> str:
        """How this client wants its session: the contract's `Delivery`."""
        return "COOKIE" if self.bearer is None else "BEARER"

    async def run(self, name: str, fields: dict[str, Any] | None = None, **variables: Any) -> Any:
        """Execute an operation file; returns what its root field says. Fails on errors.

        `fields` and keywords are one: the variables, or the fields of the one variable `input`.
        """
        answer = await self.answer(name, fields, **variables)
        assert "errors" not in answer, f"{name}: {answer['errors']}"
        return answer["data"][operation(name).field]

    async def errors(
        self, name: str, fields: dict[str, Any] | None = None, **variables: Any
    ) -> list[dict[str, Any]]:
        """Execute an operation file that has to fail; returns the GraphQL errors."""
        answer = await self.answer(name, fields, **variables)
        assert answer.get("errors"), f"{name} did not fail: {answer}"
        return list(answer["errors"])

    async def answer(
        self, name: str, fields: dict[str, Any] | None = None, **variables: Any
    ) -> dict[str, Any]:
        """Execute an operation file; returns the whole answer."""
        asked = operation(name)
        payload = asked.payload((fields or {}) | variables)
        if self.by_id:
            payload["documentId"] = asked.trusted_id
            del payload["query"]
        response = await self.post(payload)
        try:
            return dict(response.json())
        except ValueError:
            raise AssertionError(f"{name}: {response.status_code} {response.text}") from None

    async def post(self, payload: dict[str, Any]) -> httpx.Response:
        """Send any document; returns the response as it came."""
        return await self.http.post("/graphql", json=payload, headers=self._authorization())

    def subscribe(self, name: str, **variables: Any) -> AbstractAsyncContextManager[Events]:
        """Follow the subscription of an operation file, on a socket of its own.

        To miss nothing give `after`: entering does not wait until the server has begun.
        """
        payload = operation(name).payload(variables)
        return subscribed(self.url, self.socket_headers(), self._authorization(), payload)

    def socket_headers(self) -> dict[str, str]:
        """The headers of a WebSocket handshake: a browser's cookies and origin."""
        request = self.http.build_request("GET", "/graphql")
        return {
            name: request.headers[name]
            for name in ("cookie", "origin", "accept-language")
            if name in request.headers
        }

    def _authorization(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.bearer}"} if self.bearer else {}


def expect(answer: Any, typename: str) -> Any:
    """The answer, if it is of that type; else fails showing it."""
    assert isinstance(answer, dict), f"Expected {typename}, not {answer!r}"
    assert answer["__typename"] == typename, f"Expected {typename}, not {answer}"
    return answer


class Clients:
    """Makes clients of one server and sees that they leave in the end."""

    def __init__(self, url: str, by_id: bool = False) -> None:
        self.url = url
        self.by_id = by_id
        self._all: list[Client] = []

    def browser(self, locale: str = "en") -> Client:
        """A browser that nobody has signed in with."""
        return self._kept(Client(self.url, locale=locale, by_id=self.by_id))

    def program(self, bearer: str = "", locale: str = "en") -> Client:
        """A program, with a bearer token or none yet."""
        return self._kept(Client(self.url, bearer, locale, self.by_id))

    async def close(self) -> None:
        """All of them leave."""
        for client in self._all:
            await client.close()

    def _kept(self, client: Client) -> Client:
        self._all.append(client)
        return client
