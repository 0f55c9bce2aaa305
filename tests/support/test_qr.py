"""The eye of the tests sees what a phone would."""

import pyotp
import pytest
import segno

from tests.support import qr

URI = "otpauth://totp/Sparekey:ada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sparekey"
CODE = segno.make(URI, micro=False)


@pytest.mark.parametrize("picture", [CODE.svg_data_uri(scale=4), CODE.png_data_uri(scale=4)])
def test_read_from_its_pixels(picture: str) -> None:
    assert qr.read(picture) == URI
    assert qr.totp(picture).now() == pyotp.TOTP("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").now()


def test_nothing_to_see() -> None:
    with pytest.raises(ValueError):
        qr.read(
            "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"
        )
