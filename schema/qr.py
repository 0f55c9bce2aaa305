"""QR codes of enrolments: drawn beside the event loop, and kept while the enrolment waits."""

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

import segno

from models import clock
from schema import describe

ROOM = 256
"""So many pictures of some kilobytes are kept at most."""

# Not beside the hashes: whoever draws holds the interpreter, and at their low priority a busy
# machine would keep it from everybody for as long as it likes.
_thread = ThreadPoolExecutor(1, "drawing")
_kept: OrderedDict[bytes, str] = OrderedDict()


class QrFormat(StrEnum):
    """How the QR code is drawn."""

    SVG = "SVG"
    PNG = "PNG"


describe.enum(QrFormat, "How the QR code is drawn.", SVG="Sharp at any size.", PNG="Pixels.")


async def picture(uri: str, qr_format: QrFormat, until: datetime) -> str:
    """A data URI of the QR code. It is kept until then for whoever loads the page again."""
    key = sha256(f"{qr_format} {uri}".encode()).digest()
    if key in _kept:
        return _kept[key]
    loop = asyncio.get_running_loop()
    drawn = await loop.run_in_executor(_thread, draw, uri, qr_format)
    _kept[key] = drawn
    if len(_kept) > ROOM:
        _kept.popitem(last=False)
    # It shows the secret: it goes when that is of no more use, whether or not others are drawn.
    loop.call_later((until - clock.now()).total_seconds(), _kept.pop, key, None)
    return drawn


def draw(uri: str, qr_format: QrFormat) -> str:
    """A data URI of the QR code: dark on white with the margin that readers need.

    A given mask costs a fraction of the search for the most even one, and reads as well; and the
    last bytes that could be pressed out of a PNG cost more than it takes to send them.
    """
    code = segno.make_qr(uri, error="m", boost_error=False, mask=0)
    if qr_format is QrFormat.PNG:
        return code.png_data_uri(scale=6, light="white", compresslevel=4)
    return code.svg_data_uri(scale=6, light="white", omitsize=True)
