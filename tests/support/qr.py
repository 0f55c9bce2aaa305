"""Reads a QR code from its pixels, as a phone would."""

import io
from base64 import b64decode
from urllib.parse import unquote_to_bytes

import pyotp
import resvg_py
import zxingcpp
from PIL import Image


def totp(data_uri: str) -> pyotp.TOTP:
    """The entry that an authenticator app makes of the picture."""
    entry = pyotp.parse_uri(read(data_uri))
    assert isinstance(entry, pyotp.TOTP)
    return entry


def read(data_uri: str) -> str:
    """The text of the one QR code in a `data:` URI of an SVG or PNG picture."""
    kind, _, payload = data_uri.removeprefix("data:").partition(",")
    picture = unquote_to_bytes(payload)
    if kind.endswith(";base64"):
        picture = b64decode(picture)
    if kind.startswith("image/svg+xml"):
        picture = resvg_py.svg_to_bytes(
            svg_string=picture.decode(), background="white", skip_system_fonts=True
        )
    pixels = Image.open(io.BytesIO(picture)).convert("L")
    (found,) = zxingcpp.read_barcodes(pixels, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    return found.text
