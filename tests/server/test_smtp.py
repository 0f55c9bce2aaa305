"""The way to the relay: encrypted, to the right one, signed in; else nothing is said."""

import ssl
from pathlib import Path

import pytest
from aiosmtplib import SMTPAuthenticationError, SMTPException
from structlog.testing import capture_logs

from models import mail
from models.mail import Kind, OutboxMail
from models.policy import Policy
from server.mail import delivery, destination, letters, smtp
from server.mail.destination import Relay
from server.mail.postman import Postman
from server.settings import Settings
from tests.support import certificates, rows
from tests.support import relay as relays
from tests.support.letters import letter
from tests.support.scenes import Scene

PASSWORD = "p@ss:w/rd%20"
ENCODED = "p%40ss%3Aw%2Frd%2520"


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's side of a certificate that this process trusts."""
    file, context = certificates.self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return context


async def bring(policy: Policy, url: str) -> None:
    """A mail to Ada, by that URL."""
    to = destination.parse(url)
    assert isinstance(to, Relay)
    one = letter(policy, Kind.RESET_APPROVED)
    line = smtp.Line(to, "access.example.com", patience=5)
    try:
        await line.bring(one, letters.compose(policy, None, one))
    finally:
        await line.rest()


class TestStartTls:
    async def test_a_mail_goes_encrypted(self, policy: Policy, trusted: ssl.SSLContext) -> None:
        async with relays.running(tls=trusted) as relay:
            await bring(policy, f"smtp://127.0.0.1:{relay.port}")
            assert relay.recipients == ["ada@example.com"]

    async def test_a_stranger_s_certificate(self, policy: Policy, tmp_path: Path) -> None:
        _, context = certificates.self_signed(tmp_path)
        async with relays.running(tls=context) as relay:
            with pytest.raises(ssl.SSLCertVerificationError):
                await bring(policy, f"smtp://127.0.0.1:{relay.port}")
            assert relay.heard == []

    async def test_a_certificate_for_another_host(
        self, policy: Policy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file, context = certificates.self_signed(tmp_path, "192.0.2.1")
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        async with relays.running(tls=context) as relay:
            with pytest.raises(ssl.SSLCertVerificationError):
                await bring(policy, f"smtp://127.0.0.1:{relay.port}")
            assert relay.heard == []

    @pytest.mark.parametrize("user", ["", "ada:secret@"])
    @pytest.mark.parametrize("query", ["", "?starttls=always"])
    async def test_nothing_is_said_in_clear_where_it_is_missing(
        self, policy: Policy, user: str, query: str
    ) -> None:
        async with relays.running() as relay:
            with pytest.raises(SMTPException):
                await bring(policy, f"smtp://{user}127.0.0.1:{relay.port}{query}")
            assert relay.connections == 1
            assert relay.heard == []


class TestImplicitTls:
    async def test_a_mail_goes_encrypted(self, policy: Policy, trusted: ssl.SSLContext) -> None:
        async with relays.running(tls=trusted, from_the_start=True) as relay:
            await bring(policy, f"smtps://127.0.0.1:{relay.port}")
            assert relay.recipients == ["ada@example.com"]

    async def test_not_to_a_relay_in_clear(self, policy: Policy) -> None:
        async with relays.running() as relay:
            with pytest.raises(OSError, match="SSL|TLS"):
                await bring(policy, f"smtps://127.0.0.1:{relay.port}")
            assert relay.heard == []


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://access.example.com", "access.example.com"),
        ("http://127.0.0.1:8000", "[127.0.0.1]"),
        ("http://[::1]:8000", "[IPv6:::1]"),
    ],
)
def test_the_greeting_is_our_own_name(url: str, name: str) -> None:
    assert delivery.greeting(url) == name


class TestSigningIn:
    @pytest.mark.parametrize("scheme", ["smtp", "smtps"])
    async def test_with_the_password_of_the_url(
        self, policy: Policy, trusted: ssl.SSLContext, scheme: str
    ) -> None:
        secured = {"tls": trusted, "from_the_start": scheme == "smtps", "password": PASSWORD}
        async with relays.running(**secured) as relay:
            await bring(policy, f"{scheme}://post%40x:{ENCODED}@127.0.0.1:{relay.port}")
            assert relay.recipients == ["ada@example.com"]

    async def test_a_wrong_one(self, policy: Policy, trusted: ssl.SSLContext) -> None:
        async with relays.running(tls=trusted, password=PASSWORD) as relay:
            with pytest.raises(SMTPAuthenticationError):
                await bring(policy, f"smtp://post:wrong@127.0.0.1:{relay.port}")
            assert relay.heard == []

    async def test_a_wrong_one_loses_no_mail_and_is_not_logged(
        self, scene: Scene, trusted: ssl.SSLContext
    ) -> None:
        (account,) = await rows.accounts(1)
        await mail.post(scene.policy.keyring, account, Kind.ACCOUNT_CLOSED, at=scene.clock.now())
        async with relays.running(tls=trusted, password=PASSWORD) as relay:
            url = f"smtp://post:wrong-{ENCODED}@127.0.0.1:{relay.port}"
            settings = Settings.model_validate({"mail_url": url})
            with capture_logs() as logged:
                await Postman(settings, scene.policy).round()
        ((event, status),) = [(line["event"], line["status"]) for line in logged]
        assert (event, status) == ("mail postponed", 535)
        for secret in ("wrong", PASSWORD, ENCODED, "c0@example.com"):
            assert secret not in str(logged)
        row = await OutboxMail.get()
        assert (row.payload is None, row.given_up_at) == (False, None)
