"""The QR code of an enrolment: CPU of drawing it, ours in turn with segno as it comes.

Ours includes the way to the drawing thread and back. That nothing is drawn where `qrCode` is not
asked for is held by `tests/schema/test_qr.py`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pyotp
import segno

from models import clock
from schema import qr
from schema.qr import QrFormat
from tests.benchmarks.frame import Figure

_PICTURES = 60
_YARDSTICK = "segno as it comes"
_AT_MOST = 0.45

Draw = Callable[[str], Awaitable[object]]


def run(rounds: int) -> list[Figure]:
    """Milliseconds of CPU for each picture: SVG, PNG, and SVG for a page that is loaded again."""
    png = _ours(QrFormat.PNG)
    with asyncio.Runner() as runner:
        return [
            runner.run(_compared("QR code of an enrolment, SVG", _ours(), _svg, rounds)),
            runner.run(_compared("QR code of an enrolment, PNG", png, _png, rounds)),
            runner.run(_compared("the same one shown again, SVG", _ours(), _svg, rounds, True)),
        ]


async def _compared(
    what: str, ours: Draw, theirs: Draw, rounds: int, again: bool = False
) -> Figure:
    found: dict[Draw, list[float]] = {ours: [], theirs: []}
    for number in range(rounds + 1):
        uris = [_uri() for _ in range(_PICTURES)]
        for draw, values in found.items():
            if again:
                await _milliseconds(draw, uris)
            taken = await _milliseconds(draw, uris)
            # The first round only warms up.
            values.extend([taken] if number else [])
    return Figure(what, _YARDSTICK, found[ours], found[theirs], "ms CPU", _AT_MOST, at_most=True)


async def _milliseconds(draw: Draw, uris: list[str]) -> float:
    begun = time.process_time()
    for uri in uris:
        await draw(uri)
    return (time.process_time() - begun) / len(uris) * 1e3


def _uri() -> str:
    totp = pyotp.TOTP(pyotp.random_base32(), name="ada.lovelace@example.com", issuer="Sparekey")
    return totp.provisioning_uri()


def _ours(qr_format: QrFormat = QrFormat.SVG) -> Draw:
    return lambda uri: qr.picture(uri, qr_format, clock.now() + timedelta(minutes=10))


async def _svg(uri: str) -> object:
    return segno.make(uri).svg_data_uri()


async def _png(uri: str) -> object:
    return segno.make(uri).png_data_uri(scale=6)
