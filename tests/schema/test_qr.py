"""The picture of an enrolment: readable from its pixels, drawn once, kept no longer than needed."""

import asyncio
import threading
from base64 import b32encode
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import segno

from models import clock as clocks
from schema import qr
from schema.qr import QrFormat
from tests.support import qr as phone
from tests.support.client import expect
from tests.support.clock import Clock
from tests.support.people import Person
from tests.support.served import Running

URI = "otpauth://totp/Sparekey:ada%40example.com?secret={}&issuer=Sparekey"
LATER = timedelta(minutes=10)
WITHOUT = """
mutation ($challenge: String!) {
  beginEnrollment(input: {challenge: $challenge}) { ... on Enrollment { otpauthUri manualKey } }
}
"""


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The texts that were drawn since, each in which thread; nothing is kept from before."""
    found: list[str] = []
    make = segno.make_qr

    def told(content: str, **options: Any) -> segno.QRCode:
        found.append(threading.current_thread().name)
        return make(content, **options)

    qr._kept.clear()
    monkeypatch.setattr(segno, "make_qr", told)
    yield found
    qr._kept.clear()


async def picture(secret: str, qr_format: QrFormat = QrFormat.SVG, of: timedelta = LATER) -> str:
    return await qr.picture(URI.format(secret), qr_format, clocks.now() + of)


class TestPicture:
    @pytest.mark.parametrize("qr_format", list(QrFormat))
    @pytest.mark.parametrize("length", [1, 32, 900])
    async def test_a_phone_reads_it(self, qr_format: QrFormat, length: int) -> None:
        shown = await picture("K" * length, qr_format)
        assert shown.startswith(f"data:image/{qr_format.lower()}")
        assert phone.read(shown) == URI.format("K" * length)

    @pytest.mark.parametrize("seed", range(12))
    async def test_whatever_the_secret_is(self, seed: int) -> None:
        """One mask for all: it may suit some secrets less than others."""
        secret = b32encode(sha256(bytes([seed])).digest()[:20]).decode()
        assert phone.read(await picture(secret)) == URI.format(secret)


class TestDrawing:
    async def test_happens_once_and_beside_the_event_loop(self, drawn: list[str]) -> None:
        assert await picture("A") == await picture("A")
        (thread,) = drawn
        assert thread.startswith("drawing")

    async def test_each_secret_and_each_format_has_its_own(self, drawn: list[str]) -> None:
        shown = {await picture(one, kind) for one in "AB" for kind in QrFormat}
        assert len(shown) == len(drawn) == 4

    async def test_is_of_no_more_use_later(self, drawn: list[str]) -> None:
        await picture("A", of=timedelta(milliseconds=1))
        await asyncio.sleep(0.05)
        assert not qr._kept

    async def test_few_are_kept(self, drawn: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(qr, "ROOM", 2)
        for secret in "ABC":
            await picture(secret)
        assert len(qr._kept) == 2
        await picture("C")
        assert len(drawn) == 3
        await picture("A")
        assert len(drawn) == 4

    async def test_what_is_kept_is_not_found_by_its_secret(self, drawn: list[str]) -> None:
        await picture("MFRGGZDFMZTWQ2LK")
        assert [len(key) for key in qr._kept] == [32]
        assert not any(b"MFRGG" in key for key in qr._kept)


class TestEnrollment:
    async def test_nothing_is_drawn_that_is_not_asked_for(
        self, served: Running, clock: Clock, drawn: list[str]
    ) -> None:
        ada, challenge = await self.half_signed_in(served, clock)
        answer = await ada.client.post({"query": WITHOUT, "variables": {"challenge": challenge}})
        assert answer.json()["data"]["beginEnrollment"]["otpauthUri"].startswith("otpauth://")
        assert not drawn

    async def test_the_page_loaded_again_shows_the_same(
        self, served: Running, clock: Clock, drawn: list[str]
    ) -> None:
        ada, challenge = await self.half_signed_in(served, clock)
        shown = [(await ada.begin_enrollment(challenge))["qrCode"] for _ in range(3)]
        assert len(set(shown)) == len(drawn) == 1

    async def half_signed_in(self, served: Running, clock: Clock) -> tuple[Person, str]:
        ada = Person(served, clock, "ada@example.com")
        await ada.register()
        expect(await ada.login(), "SignedIn")
        return ada, expect(await ada.login(), "EnrollmentRequired")["challenge"]["token"]
