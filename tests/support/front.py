"""What stands before several servers: nginx as `deploy/nginx` has it, or a relay with its duties.

Both ask the next server where one refuses, and never send twice what one may have received.
"""

import asyncio
import itertools
import os
import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.support.process import free_port

NGINX = shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx"
SITE = "sparekey.conf"
_HOST = "127.0.0.1"
_START_WITHIN = 10.0
_CONNECT_WITHIN = 3.0
_MAIN = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 4096; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/upstream.conf;
    include {folder}/sparekey.conf;
}}
"""


@asynccontextmanager
async def running(folder: Path, ports: Sequence[int]) -> AsyncIterator[str]:
    """The URL of a front before servers at these ports, until the block ends."""
    port = free_port()
    kind = _nginx if NGINX else _relay
    async with kind(folder / f"front-{port}", port, ports):
        yield f"http://{_HOST}:{port}"


def write(folder: Path, port: int, ports: Sequence[int]) -> Path:
    """nginx's configuration: that of `deploy/nginx` at these ports, without TLS."""
    folder.mkdir(exist_ok=True)
    upstream, site = ((CONFIGURATION / name).read_text() for name in ("upstream.conf", SITE))
    lines = "".join(f"server {_HOST}:{one} max_fails=3 fail_timeout=1s;\n" for one in ports)
    upstream, count = re.subn(r"(\s+server [^;]+;)+", f"\n{lines}", upstream)
    assert count == 1
    for pattern, text in (
        (r"server \{\s+listen 80;.+?\n\}\n", ""),
        (r"listen 443 ssl;", f"listen {_HOST}:{port};"),
        (r"(\s+ssl_\w+ [^;]+;)+", ""),
    ):
        site, count = re.subn(pattern, text, site, flags=re.DOTALL)
        assert count == 1, pattern
    (folder / "upstream.conf").write_text(upstream)
    (folder / SITE).write_text(site)
    return main(folder)


def main(folder: Path) -> Path:
    """What nginx is started with, for the two files of ours in that folder."""
    user = "user root;" if os.geteuid() == 0 else ""
    written = folder / "nginx.conf"
    written.write_text(_MAIN.format(folder=folder, user=user))
    return written


@asynccontextmanager
async def _nginx(folder: Path, port: int, ports: Sequence[int]) -> AsyncIterator[None]:
    written = write(folder, port, ports)
    assert NGINX
    child = await asyncio.create_subprocess_exec(NGINX, "-p", str(folder), "-c", str(written))
    try:
        await _open(port, folder / "error.log")
        yield
    finally:
        with suppress(ProcessLookupError):  # it has ended by itself
            child.terminate()
        await child.wait()


async def _open(port: int, log: Path) -> None:
    try:
        async with asyncio.timeout(_START_WITHIN):
            while True:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection(_HOST, port)
                    writer.close()
                    return
                await asyncio.sleep(0.02)
    except TimeoutError:
        said = await asyncio.to_thread(log.read_text)
        raise AssertionError(f"nginx did not start:\n{said}") from None


@asynccontextmanager
async def _relay(folder: Path, port: int, ports: Sequence[int]) -> AsyncIterator[None]:
    """Each connection as a whole goes to one server, and is over where that one ends it."""
    turns = itertools.cycle(ports)
    open_: set[asyncio.StreamWriter] = set()

    async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_.add(writer)
        try:
            for _ in ports:
                with suppress(OSError, TimeoutError):
                    async with asyncio.timeout(_CONNECT_WITHIN):
                        there = await asyncio.open_connection(_HOST, next(turns))
                    await _both_ways((reader, writer), there)
                    return
        finally:
            open_.discard(writer)
            writer.close()

    async with await asyncio.start_server(accepted, _HOST, port):
        try:
            yield
        finally:
            for writer in open_:
                writer.transport.abort()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _both_ways(here: Ends, there: Ends) -> None:
    tasks = [
        asyncio.create_task(_pass_on(*way)) for way in ((here[0], there[1]), (there[0], here[1]))
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        there[1].close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
