"""Waits for a server that is a process of its own."""

import asyncio

import httpx

from tests.support.client import TRUST

_START_WITHIN = 60.0
_LOOK_EVERY = 0.05


async def ready(child: asyncio.subprocess.Process, url: str) -> bool:
    """Returns when it answers that it is, or False when it has ended.

    Raises TimeoutError where it takes too long.
    """
    http = httpx.AsyncClient(trust_env=False, verify=TRUST, headers={"host": "127.0.0.1"})
    async with asyncio.timeout(_START_WITHIN), http:
        while child.returncode is None:
            try:
                if (await http.get(f"{url}/readyz")).status_code == 200:
                    return True
            except httpx.TransportError:
                pass
            await asyncio.sleep(_LOOK_EVERY)
    return False
