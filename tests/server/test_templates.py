"""The templates: every kind in every language, with the same contents in the same places."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from models.mail import Kind
from models.policy import Policy
from server.http.client import LOCALES
from server.mail import letters
from tests.support.letters import AT, CODE, letter

TEMPLATES = Path(letters.__file__).parent / "templates"
every_kind = pytest.mark.parametrize("kind", Kind)
every_language = pytest.mark.parametrize("language", letters.LANGUAGES)


def source(kind: Kind, language: str) -> str:
    return (TEMPLATES / f"{kind.lower()}.{language}.txt").read_text("utf-8")


def placeholders(kind: Kind, language: str) -> set[str]:
    # The filters' names are enough here.
    plain = re.sub(r" \| \w+", "", source(kind, language))
    return meta.find_undeclared_variables(Environment().parse(plain))


def filtered(kind: Kind, language: str) -> list[str]:
    """What is said by way of a filter, such as `at | moment`."""
    return sorted(re.findall(r"\w+ \| \w+", source(kind, language)))


def decided(kind: Kind, language: str) -> list[str]:
    """The constants that words hang on, such as `SIGN_IN`."""
    return sorted(re.findall(r'"([A-Z_]{5,})"', source(kind, language)))


def html(policy: Policy, kind: Kind, language: str) -> str:
    part = letters.compose(policy, None, letter(policy, kind, language)).get_body(("html",))
    assert part
    return str(part.get_content())


def test_there_is_one_of_each_and_none_beside() -> None:
    wanted = {f"{kind.lower()}.{language}.txt" for kind in Kind for language in letters.LANGUAGES}
    assert {path.name for path in TEMPLATES.glob("*.txt")} == wanted


def test_every_language_that_people_can_ask_for() -> None:
    assert set(letters.LANGUAGES) == set(LOCALES)


@every_kind
@every_language
class TestTemplates:
    def test_placeholders_are_the_same(self, kind: Kind, language: str) -> None:
        assert placeholders(kind, language) == placeholders(kind, "en")
        assert filtered(kind, language) == filtered(kind, "en")
        assert decided(kind, language) == decided(kind, "en")

    def test_codes_and_links_stand_alone(self, kind: Kind, language: str) -> None:
        for line in source(kind, language).splitlines():
            if re.search(r"\{\{ (release_code|\w*link) ", line):
                assert re.fullmatch(r"\{\{ \w+ \}\}", line)

    def test_nothing_is_left_open(self, policy: Policy, kind: Kind, language: str) -> None:
        words = letters.write(policy, letter(policy, kind, language))
        assert words.language == language
        assert "{" not in words.subject + words.text
        assert "\n\n\n" not in words.text

    def test_html_shows_each_link_and_code(self, policy: Policy, kind: Kind, language: str) -> None:
        told = letter(policy, kind, language)
        shown = html(policy, kind, language)
        for name, value in told.params.items():
            if name.endswith("link"):
                assert shown.count(f'href="{value}"') == 2
                assert f">{value}</a>" in shown
        if "release_code" in told.params:
            assert len(re.findall(rf'<p class="code"[^>]*>{CODE}</p>', shown)) == 1

    def test_html_is_for_light_and_dark_and_no_line_too_long(
        self, policy: Policy, kind: Kind, language: str
    ) -> None:
        shown = html(policy, kind, language)
        assert '<meta name="color-scheme" content="light dark">' in shown
        assert "@media (prefers-color-scheme: dark)" in shown
        assert not re.search(r"<(table|script|img|link)\b", shown)
        # RFC 5322 §2.1.1
        assert max(len(line.encode()) for line in shown.splitlines()) <= 998


class TestSwedish:
    def test_instants(self, policy: Policy) -> None:
        assert AT == datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
        said = letters.write(policy, letter(policy, Kind.ACCOUNT_CLOSED, "sv")).text
        assert "När: fredag kl. 15:05 (20 november 2026)" in said
        assert "lokal tid (Berlin)" in said

    def test_midnight_ends_the_day_that_is_meant(self, policy: Policy) -> None:
        due = datetime(2026, 11, 23, 23, 0, tzinfo=UTC).isoformat()
        asked = letter(policy, Kind.RESET_REQUESTED, "sv", due_at=due)
        assert "senast måndag kl. 24:00 (23 november 2026)" in letters.write(policy, asked).text

    def test_where_it_came_from(self, policy: Policy) -> None:
        told = letter(policy, Kind.SECOND_FACTOR_CONFIRMED, "sv")
        assert "Firefox på Windows, nätverksadress 203.0.113.7" in letters.write(policy, told).text
        nothing = letter(policy, Kind.SECOND_FACTOR_CONFIRMED, "sv", ip="", user_agent="")
        said = letters.write(policy, nothing).text
        assert "ett okänt program, nätverksadress okänd" in said
