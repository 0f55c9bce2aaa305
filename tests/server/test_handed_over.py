"""A server that is handed an open socket: nobody notices when it is exchanged."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.server.test_usual import request
from tests.support.databases import on_sqlite
from tests.support.process import Process, free_port, prepared
from tests.support.socket import opened
from tests.support.wire import WATCH

pytestmark = on_sqlite


class TestHandedOver:
    @pytest.fixture
    async def place(
        self, database_url: str, tmp_path: Path, secret_keys: str
    ) -> AsyncIterator[Process]:
        """A server that is handed an open socket, of which nobody else knows."""
        with socket.create_server(("127.0.0.1", free_port()), backlog=512) as door:
            async with prepared(database_url, tmp_path, secret_keys, LIMIT_SOCKETS="1") as one:
                one.url = f"http://127.0.0.1:{door.getsockname()[1]}"
                one.options = ["--fd", str(door.fileno())]
                one.handed_over = [door.fileno()]
                await one.start()
                yield one

    async def test_connections_wait_at_the_socket_while_the_server_is_exchanged(
        self, place: Process
    ) -> None:
        over = asyncio.Event()
        asking = asyncio.create_task(_ask(place.url, over))
        await asyncio.sleep(0.3)
        await place.stop()
        await place.start()
        over.set()
        asked, slowest = await asking
        assert asked > 5
        assert slowest > 0.2  # some did wait

    async def test_a_client_has_its_own_address(self, place: Process) -> None:
        async with opened(place.url, {}), httpx.AsyncClient(trust_env=False) as http:
            headers = {"accept": "text/event-stream"}
            refused = await http.post(f"{place.url}/graphql", json=WATCH, headers=headers)
        assert refused.status_code == 429
        assert "from this address" in refused.text


async def test_a_socket_that_is_not_there(
    database_url: str, tmp_path: Path, secret_keys: str
) -> None:
    async with prepared(database_url, tmp_path, secret_keys) as one:
        one.options = ["--fd", "777"]
        with pytest.raises(AssertionError, match=r"\n--fd 777 is no open socket\.\n$"):
            await one.start()


async def _ask(url: str, over: asyncio.Event) -> tuple[int, float]:
    """Asks on ever new connections until told; how often, and how long the slowest took."""
    asked, slowest = 0, 0.0
    while not over.is_set():
        began = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
        writer.write(request(b"Connection: close"))
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
        writer.close()
        slowest = max(slowest, time.monotonic() - began)
        asked += 1
        await asyncio.sleep(0.01)
    return asked, slowest
