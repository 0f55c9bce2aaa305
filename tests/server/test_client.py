"""Who is asking: the address behind trusted proxies, the language, the program, the token."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.requests import HTTPConnection

from server.http import client
from server.settings import Settings
from tests.support import people
from tests.support.clock import Clock
from tests.support.databases import on_sqlite
from tests.support.people import Person
from tests.support.served import running

PROXIES = Settings.model_validate({"trusted_proxies": "10.0.0.0/8, 2001:db8::/32"})
PEER = "192.0.2.1"
PROXY = "10.1.2.3"


def connection(peer: str | None, **headers: str) -> HTTPConnection:
    """A connection from that address."""
    raw = [
        (name.replace("_", "-").encode(), line.encode())
        for name, value in headers.items()
        for line in value.split("\n")
    ]
    return HTTPConnection(
        {"type": "http", "headers": raw, "client": (peer, 1) if peer else None, "path": "/"}
    )


class TestTheAddress:
    @pytest.mark.parametrize(
        ("peer", "forwarded", "expected"),
        [
            (PEER, "", PEER),
            (PEER, "203.0.113.9", PEER),
            (PROXY, "", PROXY),
            (PROXY, "203.0.113.9", "203.0.113.9"),
            (PROXY, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
            (PROXY, "1.2.3.4, 203.0.113.9, 10.9.9.9", "203.0.113.9"),
            (PROXY, "1.2.3.4\n203.0.113.9", "203.0.113.9"),
            (PROXY, "10.9.9.9, 10.8.8.8", "10.9.9.9"),
            (PROXY, "1.2.3.4, unknown", PROXY),
            (PROXY, "1.2.3.4, unknown, 10.9.9.9", "10.9.9.9"),
            (PROXY, "1.2.3.4,", PROXY),
            (PROXY, "2001:db8::7", "2001:db8::7"),
            (f"::ffff:{PROXY}", "203.0.113.9", "203.0.113.9"),
            (f"::ffff:{PEER}", "203.0.113.9", PEER),
            ("2001:db8::1", "2a00::7", "2a00::7"),
            (None, "203.0.113.9", None),
            ("a socket file", "203.0.113.9", None),
        ],
    )
    def test_behind_trusted_proxies(
        self, peer: str | None, forwarded: str, expected: str | None
    ) -> None:
        headers = {"x_forwarded_for": forwarded} if forwarded else {}
        assert client.ip(PROXIES, connection(peer, **headers)) == expected

    @pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "x_real_ip"])
    def test_nobody_is_trusted_by_default(self, header: str) -> None:
        asking = connection("127.0.0.1", **{header: "203.0.113.9"})
        assert client.ip(Settings(), asking) == "127.0.0.1"

    @pytest.mark.parametrize("dialect", ["sqlite"])
    @pytest.mark.parametrize(
        ("proxies", "expected"), [("", "127.0.0.1"), ("127.0.0.1", "203.0.113.9")]
    )
    async def test_as_the_session_shows_it(
        self,
        database_url: str,
        tmp_path: Path,
        secret_keys: str,
        clock: Clock,
        proxies: str,
        expected: str,
    ) -> None:
        async with running(database_url, tmp_path, secret_keys, TRUSTED_PROXIES=proxies) as place:
            ada = Person(place, clock, "ada@example.com")
            ada.client.http.headers["x-forwarded-for"] = "1.2.3.4, 203.0.113.9"
            await ada.register()
            assert (await ada.login())["session"]["ipAddress"] == expected


class TestTheLanguage:
    @pytest.mark.parametrize(
        ("accepted", "expected"),
        [
            ("", "en"),
            ("de", "de"),
            ("de-AT,en;q=0.5", "de"),
            ("DE-at", "de"),
            ("fr,sv;q=0.8,en;q=0.2", "sv"),
            ("en;q=0.1,sv;q=0.9", "sv"),
            ("fr", "en"),
            ("*", "en"),
            ("de;q=0", "en"),
            ("de;q=0,sv;q=0.1", "sv"),
            ("de;q=nonsense,sv", "sv"),
            ("\x00,;;;q=,,=", "en"),
            ("x," * 10_000 + "de", "en"),
        ],
    )
    def test_the_best_of_ours(self, accepted: str, expected: str) -> None:
        assert client.locale(accepted) == expected

    @on_sqlite
    @pytest.mark.parametrize(
        ("locale", "message"),
        [
            ("de-DE", "E-Mail-Adresse oder Passwort ist falsch."),
            ("sv", "E-postadressen eller lösenordet är fel."),
            ("fr", "E-mail or password is wrong."),
        ],
    )
    async def test_in_which_problems_speak(
        self, served: people.Place, locale: str, message: str
    ) -> None:
        asking = served.browser(locale)
        answer = await asking.run("Login", email="ada@example.com", password="nobody's password")
        assert answer["message"] == message


class TestTheProgram:
    def test_is_kept_short_and_plain(self) -> None:
        asking = connection(PEER, user_agent="Firefox\x07\x1b[31m" + "x" * 1000)
        agent = client.origin(Settings(), asking).user_agent
        assert agent is not None
        assert agent.startswith("Firefox[31mxx")
        assert len(agent) == 300

    def test_may_be_unknown(self) -> None:
        assert client.origin(Settings(), connection(PEER)).user_agent is None


class TestTheToken:
    @pytest.mark.parametrize(
        ("header", "token"),
        [
            ("Bearer abc", "abc"),
            ("bearer  abc ", "abc"),
            ("BEARER abc", "abc"),
            ("Bearer", None),
            ("Bearer ", None),
            ("Basic abc", None),
            ("abc", None),
            (None, None),
            (7, None),
            (["Bearer abc"], None),
        ],
    )
    def test_of_a_bearer(self, header: object, token: str | None) -> None:
        assert client.bearer(header) == token

    def test_a_bearers_counts_before_a_cookie(self) -> None:
        asking = connection(PEER, authorization="Bearer abc", cookie="sparekey=def")
        assert client.token(Settings(), asking) == "abc"
        assert client.token(Settings(), connection(PEER, cookie="sparekey=def")) == "def"

    def test_by_the_cookies_name(self) -> None:
        secure = Settings(public_url="https://a.example", secret_keys=SecretStr("k"))
        asking = connection(PEER, cookie="sparekey=abc; __Host-sparekey=def")
        assert client.token(secure, asking) == "def"
