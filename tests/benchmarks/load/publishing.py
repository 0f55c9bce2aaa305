"""Events on demand: a Unix socket tells a publisher up to which number it shall publish."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DOCUMENT = (HERE / "event.graphql").read_text("utf-8")
"""What every subscriber of a GraphQL server asks for."""


async def listen(path: str, publish: Callable[[int, str], None]) -> asyncio.Server:
    """Calls `publish` with each event's number, from 1, and its mark.

    Whoever connects is told of numbers that begin anew; one at a time.
    """

    async def told(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = 0
        async for line in reader:
            while number < int(line):
                number += 1
                publish(number, mark(number))
        writer.close()

    return await asyncio.start_unix_server(told, path)


def mark(number: int) -> str:
    """What an event bears somewhere in its text: its number, and that it is published now."""
    return f"##{number}.{time.monotonic_ns()}##"


def event(mark: str) -> dict[str, Any]:
    """An event as the document selects it, of about 530 bytes with what is around it."""
    made: dict[str, Any] = json.loads(_EVENT)
    made["ticket"]["reference"] = mark
    return made


_EVENT = (HERE / "event.json").read_bytes()
