"""Reaches an address that an operator named, and nothing inside their own network by accident.

A name is looked up once, and what it stands for is checked and then asked: whoever rules the name
cannot have another address asked than the one that was checked.
"""

import asyncio
import ipaddress
import socket

import httpx

WITHIN = 10.0


class Inside(Exception):
    """Raised for an address that is not out in the open."""


async def post(url: str, body: bytes, headers: dict[str, str], inside: bool) -> int:
    """The status that the address answers with; nothing else of the answer is read.

    `inside`: whether private addresses may be asked as well. Raises Inside, OSError,
    httpx.HTTPError and httpx.InvalidURL.
    """
    asked = httpx.URL(url)
    address = await _address(asked, inside)
    request = httpx.Request(
        "POST",
        asked.copy_with(host=address),
        content=body,
        headers={**headers, "host": asked.netloc.decode("ascii")},
        extensions={"sni_hostname": asked.host},
    )
    async with asyncio.timeout(WITHIN):
        async with httpx.AsyncClient(timeout=WITHIN, trust_env=False) as client:
            answer = await client.send(request, stream=True)
            await answer.aclose()
    return answer.status_code


async def _address(asked: httpx.URL, inside: bool) -> str:
    port = asked.port or (443 if asked.scheme == "https" else 80)
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(asked.host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not inside and not all(_is_open(one) for one in addresses):
        raise Inside
    return addresses[0]


def _is_open(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not (mapped or found).is_multicast
