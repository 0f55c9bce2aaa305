"""What a serving process leans on beside its database: mail, the store of limits, the time."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from server import doctor, sntp
from server.doctor import Finding
from tests.support import relay, time_server
from tests.support.house import House


class TestMail:
    async def test_a_folder_that_cannot_be_written(self, house: House, tmp_path: Path) -> None:
        (tmp_path / "taken").touch()
        wrong = await house.wrong(SPAREKEY_MAIL_URL=f"file:{tmp_path}/taken/mail")
        assert list(wrong) == ["mail"] and "Check SPAREKEY_MAIL_URL" in wrong["mail"]

    async def test_a_relay_that_answers(self, house: House) -> None:
        async with relay.running() as post:
            found = await house.examined(SPAREKEY_MAIL_URL=post.url)
            assert found["mail"].ok and found["mail"].text == f"127.0.0.1:{post.port} answers"
            assert post.connections == 1 and post.received == []

    async def test_a_relay_that_is_gone(self, house: House) -> None:
        async with relay.running() as post:
            await post.kill()
            wrong = await house.wrong(SPAREKEY_MAIL_URL=post.url)
        assert list(wrong) == ["mail"] and "Check SPAREKEY_MAIL_URL" in wrong["mail"]

    async def test_a_relay_without_encryption(self, house: House) -> None:
        async with relay.running() as post:
            wrong = await house.wrong(SPAREKEY_MAIL_URL=post.url.partition("?")[0])
        assert "does not take us" in wrong["mail"]

    async def test_a_relay_that_says_nothing(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(doctor, "WITHIN", 0.5)
        async with relay.running() as post:
            post.mute = True
            assert list(await house.wrong(SPAREKEY_MAIL_URL=post.url)) == ["mail"]


class TestRateLimits:
    async def test_in_memory(self, house: House) -> None:
        assert (await house.examined())["rate limits"].text == "in this process's memory"

    async def test_a_store_that_is_gone(self, house: House) -> None:
        wrong = await house.wrong(SPAREKEY_RATE_LIMIT_URL="async+redis://:hunter2@127.0.0.1:1")
        assert list(wrong) == ["rate limits"]
        assert "Check SPAREKEY_RATE_LIMIT_URL" in wrong["rate limits"]


class TestTimeServer:
    async def found(
        self,
        house: House,
        monkeypatch: pytest.MonkeyPatch,
        says: Callable[[], bytes],
        host: str = "127.0.0.1",
    ) -> Finding:
        monkeypatch.setattr(sntp, "WITHIN", 2.0)
        async with time_server.running(says) as port:
            monkeypatch.setattr(sntp, "PORT", port)
            return (await house.examined(host))["time server"]

    @pytest.mark.parametrize("ahead", [0.0, 1.4, -1.4])
    async def test_is_close(
        self, house: House, monkeypatch: pytest.MonkeyPatch, ahead: float
    ) -> None:
        found = await self.found(house, monkeypatch, partial(time_server.answer, ahead))
        assert found.ok and abs(float(found.text.split()[0]) - ahead) < 0.5

    @pytest.mark.parametrize("ahead", [3.0, -3.0, 3600.0])
    async def test_is_off(
        self, house: House, monkeypatch: pytest.MonkeyPatch, ahead: float
    ) -> None:
        found = await self.found(house, monkeypatch, partial(time_server.answer, ahead))
        assert not found.ok and "Keep both in step" in found.text
        assert abs(float(found.text.split()[0]) - ahead) < 0.5

    @pytest.mark.parametrize(
        "says",
        [
            pytest.param(lambda: time_server.answer(stratum=0), id="refuses"),
            pytest.param(lambda: time_server.answer(leap=3), id="does not know"),
            pytest.param(lambda: b"\x24\x02", id="cut short"),
            pytest.param(bytes, id="silence"),
        ],
    )
    async def test_does_not_tell(
        self, house: House, monkeypatch: pytest.MonkeyPatch, says: Callable[[], bytes]
    ) -> None:
        found = await self.found(house, monkeypatch, says)
        assert not found.ok and found.text.endswith("Check --time-server.")

    async def test_is_not_known(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        found = await self.found(house, monkeypatch, time_server.answer, "nowhere.invalid")
        assert not found.ok and found.text.endswith("Check --time-server.")

    async def test_is_gone(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        await self.found(house, monkeypatch, time_server.answer)
        found = (await house.examined("127.0.0.1"))["time server"]
        assert not found.ok and found.text.endswith("Check --time-server.")
