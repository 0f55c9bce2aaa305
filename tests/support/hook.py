"""A help-desk that takes webhooks: a real HTTP server, which checks their signatures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import h11
from standardwebhooks.webhooks import Webhook

SECRET = "whsec_" + "c3BhcmVrZXktd2ViaG9vay10ZXN0LWtleQ=="


class Hook:
    """What it took is in `taken`; `answers` are the statuses it gives, used up, then 204."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.answers: list[int] = []
        self._news = asyncio.Event()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def kinds(self) -> list[str]:
        """What it was told, in order."""
        return [one["type"] for one in self.taken]

    async def has(self, count: int, within: float = 30.0) -> None:
        """Returns once it took so many."""
        async with asyncio.timeout(within):
            while len(self.taken) < count:
                await self._news.wait()
                self._news.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        conversation = h11.Connection(h11.SERVER)
        body, headers = b"", {}
        while not isinstance(event := conversation.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                conversation.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Request):
                headers = {name.decode(): value.decode() for name, value in event.headers}
            elif isinstance(event, h11.Data):
                body += event.data
        status = self._answer(body, headers)
        said = h11.Response(status_code=status, headers=[("content-length", "0")])
        writer.write(conversation.send(said) or b"")
        writer.write(conversation.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        writer.close()

    def _answer(self, body: bytes, headers: dict[str, str]) -> int:
        event = Webhook(SECRET).verify(body, headers)
        self.ids.append(headers["webhook-id"])
        status = self.answers.pop(0) if self.answers else 204
        if status < 300:
            self.taken.append(event)
        self._news.set()
        return status


@asynccontextmanager
async def listening() -> AsyncIterator[Hook]:
    """A help-desk on a port of its own."""
    hook = Hook()
    server = await asyncio.start_server(hook.serve, "127.0.0.1", 0)
    hook.port = server.sockets[0].getsockname()[1]
    async with server:
        yield hook
