"""What SPAREKEY_MAIL_URL may say."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from server import readiness
from server.mail.destination import Encryption, Folder, Relay, parse
from server.mail.smtp import PATIENCE
from server.settings import Settings, Unsettled

SECRET = "hunter2-very-secret"


def faults(url: str) -> list[str]:
    """What a start in production says about that destination."""
    settings = Settings.model_validate({"mode": "production", "mail_url": url})
    with pytest.raises(Unsettled) as refused:
        readiness.require(settings)
    return [fault for fault in refused.value.faults if fault.startswith("SPAREKEY_MAIL_URL")]


class TestParse:
    @pytest.mark.parametrize(
        ("url", "port", "encryption"),
        [
            ("smtp://mail.example.com", 587, Encryption.STARTTLS),
            ("smtp://mail.example.com/", 587, Encryption.STARTTLS),
            ("smtp://mail.example.com:2525", 2525, Encryption.STARTTLS),
            ("smtp://mail.example.com?starttls=always", 587, Encryption.STARTTLS),
            ("smtp://mail.example.com?starttls=never", 25, Encryption.NONE),
            ("smtp://mail.example.com:1025/?starttls=never", 1025, Encryption.NONE),
            ("smtps://mail.example.com", 465, Encryption.FROM_THE_START),
        ],
    )
    def test_relays(self, url: str, port: int, encryption: Encryption) -> None:
        assert parse(url) == Relay("mail.example.com", port, encryption)

    def test_this_machine_itself_must_offer_encryption_too(self) -> None:
        assert parse("smtp://127.0.0.1") == Relay("127.0.0.1", 587, Encryption.STARTTLS)

    def test_user_and_password(self) -> None:
        found = parse("smtps://a%40b:c%3Ad%2Fe@[::1]:99")
        assert isinstance(found, Relay)
        assert (found.host, found.port, found.user) == ("::1", 99, "a@b")
        assert found.password == SecretStr("c:d/e")

    def test_folders(self) -> None:
        assert parse("file:var/mail") == Folder(Path("var/mail"))
        assert parse("file:/srv/mail") == Folder(Path("/srv/mail"))

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "file:",
            "mail.example.com",
            "http://mail.example.com",
            "smtp:",
            "smtp://",
            "smtp://:25",
            f"smtp://{SECRET}@mail.example.com",
            f"smtp://user:{SECRET}/x@mail.example.com",
            f"smtp://user:{SECRET}@mail.example.com:port",
            f"smtp://user:{SECRET}@mail.example.com:65536",
            f"smtp://user:{SECRET}@mail.example.com/folder",
            f"smtp://user:{SECRET}@mail.example.com#part",
            f"smtp://user:{SECRET}@mail.example.com?starttls=maybe",
            f"smtp://user:{SECRET}@mail.example.com?tls=never",
            f"smtps://user:{SECRET}@mail.example.com?starttls=never",
            f"smtp://user:{SECRET}@[::1",
            f"smtp://user:{SECRET}@mail\u2100example.com",
        ],
    )
    def test_refused_without_telling_the_password(self, url: str) -> None:
        with pytest.raises(ValueError, match="must|names|needs|has|may") as refused:
            parse(url)
        assert SECRET not in str(refused.value)
        with pytest.raises(ValidationError) as invalid:
            Settings.model_validate({"mail_url": url})
        assert SECRET not in str(invalid.value)


class TestSecrecy:
    def test_settings_and_relays_print_no_password(self) -> None:
        settings = Settings.model_validate({"mail_url": f"smtp://user:{SECRET}@mail.example.com"})
        for shown in (repr(settings), str(settings), repr(settings.mail), str(settings.mail)):
            assert SECRET not in shown


class TestProduction:
    @pytest.mark.parametrize(
        "url", ["smtp://mail.example.com?starttls=never", "smtp://10.0.0.7?starttls=never"]
    )
    def test_refuses_what_others_could_read(self, url: str) -> None:
        (fault,) = faults(url)
        assert "encrypted" in fault

    @pytest.mark.parametrize(
        "url",
        [
            "smtp://mail.example.com",
            "smtps://mail.example.com",
            "smtp://127.0.0.1:1025?starttls=never",
            "smtp://[::1]:1025?starttls=never",
            "smtp://localhost?starttls=never",
        ],
    )
    def test_takes_the_rest(self, url: str) -> None:
        assert faults(url) == []


def test_answers_are_waited_for_ten_seconds() -> None:
    assert PATIENCE == 10
