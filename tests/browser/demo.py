"""A demo server of one's own, with its people, started as whoever tries Sparekey does."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.ready import ready

PASSWORD = "fresh air for everyone"
AGENT = "agent@example.com"
_SPAREKEY = Path(sys.executable).with_name("sparekey")


class Demo:
    """The server at `url`, working in `folder`."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    async def code(self, email: str) -> str:
        """What that person's phone shows now."""
        child = await asyncio.create_subprocess_exec(
            *(_SPAREKEY, "demo", "code", email), cwd=self.folder, stdout=asyncio.subprocess.PIPE
        )
        printed, _ = await child.communicate()
        return printed.decode().strip()


@asynccontextmanager
async def demo() -> AsyncIterator[Demo]:
    """A started server at PORT (8765), ended and forgotten with the block."""
    port = os.environ.get("PORT", "8765")
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="sparekey-") as folder:
        child = await asyncio.create_subprocess_exec(
            *(_SPAREKEY, "demo", "--port", port),
            cwd=folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            if not await ready(child, url):
                raise RuntimeError(f"The demo server ended: is {url} free?")
            yield Demo(url, Path(folder))
        finally:
            if child.returncode is None:
                child.terminate()
            await child.wait()
