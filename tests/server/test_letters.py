"""What mails say: every kind, in German and English, in text and in HTML."""

import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTPUTF8
from uuid import UUID

import pytest

from models.mail import Kind, Letter
from models.policy import Policy
from server.mail import letters

AT = datetime(2027, 2, 6, 11, 30, tzinfo=UTC)  # a Saturday, half past noon in Berlin
MIDNIGHT = datetime(2027, 2, 8, 23, 0, tzinfo=UTC)  # the end of Monday in Berlin
TOKEN = "dJ3_x-" * 7
CODE = "7K3M-Q94T-XB2C"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
WHERE = {"ip": "203.0.113.7", "user_agent": FIREFOX}
PARAMS: dict[Kind, dict[str, str]] = {
    Kind.REGISTERED: {"link": f"http://127.0.0.1:8000/not-me#{TOKEN}"},
    Kind.REGISTERED_AGAIN: {"link": f"http://127.0.0.1:8000/not-me#{TOKEN}"},
    Kind.SECOND_FACTOR_CONFIRMED: {"at": AT.isoformat(), **WHERE},
    Kind.SECOND_FACTOR_SUSPENDED: {"at": AT.isoformat()},
    Kind.PASSWORD_CHANGED: {"at": AT.isoformat(), "ip": "203.0.113.7"},
    Kind.RESET_REQUESTED: {
        "reference": "R-7K3M-Q94T",
        "reason": "PHONE_LOST",
        "at": AT.isoformat(),
        **WHERE,
        "due_at": MIDNIGHT.isoformat(),
        "confirm_link": f"http://127.0.0.1:8000/confirm#{TOKEN}",
        "cancel_link": f"http://127.0.0.1:8000/cancel#{TOKEN}",
    },
    Kind.RESET_APPROVED: {
        "reference": "R-7K3M-Q94T",
        "release_code": CODE,
        "expires_at": AT.isoformat(),
        "cancel_link": f"http://127.0.0.1:8000/cancel#{TOKEN}",
    },
    Kind.RESET_REJECTED: {"reference": "R-7K3M-Q94T"},
    Kind.RESET_CANCELLED: {"reference": "R-7K3M-Q94T", "by": "CUSTOMER"},
    Kind.ACCOUNT_CLOSED: {"at": AT.isoformat()},
    Kind.ACCOUNT_ENABLED: {"at": AT.isoformat()},
}
every_kind = pytest.mark.parametrize("kind", Kind)
both_languages = pytest.mark.parametrize("locale", ["de", "en"])


def letter(kind: Kind, locale: str, to: str = "ada@example.com", **changes: str) -> Letter:
    """A letter as the outbox gives it out."""
    params = PARAMS[kind] | changes
    return Letter(UUID(int=7), kind, locale, to, params, written_at=AT, attempts=1)


def text(policy: Policy, kind: Kind, locale: str, **changes: str) -> str:
    """Its words."""
    return letters.write(policy, letter(kind, locale, **changes)).text


def mail(policy: Policy, kind: Kind, locale: str, **changes: str) -> EmailMessage:
    """The whole mail."""
    return letters.compose(policy, None, letter(kind, locale, **changes))


def part(message: EmailMessage, subtype: str) -> str:
    """One of its two parts."""
    body = message.get_body((subtype,))
    assert body is not None
    return str(body.get_content())


@every_kind
@both_languages
class TestEveryMail:
    def test_it_can_be_read(self, policy: Policy, kind: Kind, locale: str) -> None:
        words = letters.write(policy, letter(kind, locale))
        assert words.language == locale
        assert words.text.startswith({"de": ("Guten Tag,",), "en": ("Hello,", "Welcome,")}[locale])
        assert "{" not in words.text and "{" not in words.subject
        assert words.subject and "\n" not in words.subject
        assert "\n\n\n" not in words.text

    def test_links_and_codes_stand_alone_on_their_lines(
        self, policy: Policy, kind: Kind, locale: str
    ) -> None:
        lines = text(policy, kind, locale).splitlines()
        alone = {
            f"http://127.0.0.1:8000/{page}#{TOKEN}" for page in ("confirm", "cancel", "not-me")
        }
        wanted = sorted((alone | {CODE}) & set(PARAMS[kind].values()))
        assert sorted(line for line in lines if "://" in line or CODE in line) == wanted
        for number, line in enumerate(lines):
            if line in wanted:
                assert lines[number - 1] == ""
                assert lines[number + 1 : number + 2] in ([], [""])

    def test_all_that_it_was_given_is_said(self, policy: Policy, kind: Kind, locale: str) -> None:
        said = text(policy, kind, locale)
        for name in ("reference", "ip", "release_code", "confirm_link", "cancel_link", "link"):
            assert PARAMS[kind].get(name, "") in said

    def test_html_says_the_same(self, policy: Policy, kind: Kind, locale: str) -> None:
        message = mail(policy, kind, locale)
        html = part(message, "html")
        assert f'<html lang="{locale}">' in html
        assert not re.search(r"<script|<img|https?://(?!127\.0\.0\.1)", html)
        shown = re.sub(r"<br>", "\n", re.search(r"(?s)<div.*</div>", html)[0])  # type: ignore[index]
        shown = re.sub(r"<[^>]+>", "", shown).replace("&#34;", '"').replace("&amp;", "&")
        for line in part(message, "plain").splitlines():
            assert line.strip() in shown
        links = {v for k, v in PARAMS[kind].items() if "link" in k}
        assert set(re.findall(r'href="([^"]+)"', html)) == links

    def test_it_is_the_same_at_every_try(self, policy: Policy, kind: Kind, locale: str) -> None:
        one, other = (mail(policy, kind, locale) for _ in range(2))
        assert one["Message-ID"] == other["Message-ID"] == f"<{UUID(int=7)}@sparekey>"
        assert one["Date"].datetime == AT
        assert one["Auto-Submitted"] == "auto-generated"
        assert one["Content-Language"] == locale
        assert one["To"] == "ada@example.com"
        assert part(one, "plain") == part(other, "plain")


class TestLanguages:
    @every_kind
    def test_they_differ(self, policy: Policy, kind: Kind) -> None:
        assert text(policy, kind, "de") != text(policy, kind, "en")

    @pytest.mark.parametrize("locale", ["xx", "", "../de"])
    def test_others_are_told_in_english(self, policy: Policy, locale: str) -> None:
        words = letters.write(policy, letter(Kind.RESET_REJECTED, locale))
        assert words == letters.write(policy, letter(Kind.RESET_REJECTED, "en"))


class TestInstants:
    def test_local_time_in_german(self, policy: Policy) -> None:
        assert "Samstag, 12:30 Uhr (6. Februar 2027)" in text(policy, Kind.ACCOUNT_CLOSED, "de")

    def test_local_time_in_english(self, policy: Policy) -> None:
        assert "Saturday, 12:30 (6 February 2027)" in text(policy, Kind.ACCOUNT_CLOSED, "en")

    def test_midnight_ends_the_day_that_is_meant(self, policy: Policy) -> None:
        german = text(policy, Kind.RESET_REQUESTED, "de")
        assert "Montag, 24:00 Uhr (8. Februar 2027)" in german
        assert "Monday, 24:00 (8 February 2027)" in text(policy, Kind.RESET_REQUESTED, "en")

    def test_an_hour_that_comes_twice(self, policy: Policy) -> None:
        at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).isoformat()
        assert "Sunday, 02:30 (25 October 2026)" in text(policy, Kind.ACCOUNT_CLOSED, "en", at=at)


class TestTheReasons:
    @pytest.mark.parametrize("by", ["CUSTOMER", "MAIL_LINK", "SIGN_IN", "ACCOUNT_CLOSED"])
    @both_languages
    def test_who_cancelled(self, policy: Policy, by: str, locale: str) -> None:
        said = text(policy, Kind.RESET_CANCELLED, locale, by=by)
        others = {
            text(policy, Kind.RESET_CANCELLED, locale, by=other)
            for other in ("CUSTOMER", "MAIL_LINK", "SIGN_IN", "ACCOUNT_CLOSED")
            if other != by
        }
        assert said not in others

    @both_languages
    def test_a_theft_says_that_codes_are_refused(self, policy: Policy, locale: str) -> None:
        words = {"de": "nicht mehr angenommen", "en": "no longer accepted"}[locale]
        assert words in text(policy, Kind.RESET_REQUESTED, locale, reason="PHONE_STOLEN")
        assert words not in text(policy, Kind.RESET_REQUESTED, locale, reason="PHONE_LOST")


class TestWhatStrangersWrote:
    def test_an_unknown_program_is_not_quoted(self, policy: Policy) -> None:
        agent = "Click http://evil.example to win"
        said = text(policy, Kind.RESET_REQUESTED, "en", user_agent=agent)
        assert "evil" not in said and "an unknown program" in said

    def test_a_known_one_is_named(self, policy: Policy) -> None:
        assert "Firefox on Windows" in text(policy, Kind.SECOND_FACTOR_CONFIRMED, "en")
        assert "Firefox unter Windows" in text(policy, Kind.SECOND_FACTOR_CONFIRMED, "de")

    def test_nothing_is_known(self, policy: Policy) -> None:
        said = text(policy, Kind.SECOND_FACTOR_CONFIRMED, "de", ip="", user_agent="")
        assert "ein unbekanntes Programm, Netzwerkadresse unbekannt" in said

    @pytest.mark.parametrize("name", ["ädä", "a+b", "o'neill", "a.b"])
    def test_addresses_of_all_kinds(self, policy: Policy, name: str) -> None:
        one = letter(Kind.RESET_REJECTED, "en", to=f"{name}@exämple.com")
        message = letters.compose(policy, None, one)
        (address,) = message["To"].addresses
        assert address.username == name
        assert message.as_bytes(policy=SMTPUTF8)
