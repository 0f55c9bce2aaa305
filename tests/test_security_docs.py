"""What SECURITY.md and docs/security claim is complete, and what they name is there."""

import re
from pathlib import Path

import pytest

from tests.security_docs import (
    ASVS,
    LEVELS,
    NIST,
    PAGES,
    ROOT,
    Row,
    counts,
    faults_of_asvs,
    is_there,
    leads_on,
    links,
    names,
    rows,
)

HERE = "tests/test_security_docs.py"
SPA = ROOT / "frontend-contract/spa/src"


class TestTables:
    def test_every_row_of_asvs_stands_once_with_its_level(self) -> None:
        assert faults_of_asvs(rows(ASVS.read_text())) == []

    def test_every_requirement_of_nist_stands_once(self) -> None:
        found = [row.id for row in rows(NIST.read_text())]
        assert sorted(set(found)) == sorted(found)
        assert {one[:5] for one in found} >= {"3.1.4", "3.2.2", "4.2.1", "4.2.2", "4.2.3"}

    @pytest.mark.parametrize("page", [ASVS, NIST], ids=["asvs", "nist"])
    def test_every_row_has_a_verdict_and_what_shows_it(self, page: Path) -> None:
        assert [fault for row in rows(page.read_text()) for fault in row.faults] == []

    @pytest.mark.parametrize("page", [ASVS, NIST], ids=["asvs", "nist"])
    def test_no_row_is_passed_over(self, page: Path) -> None:
        begun = re.findall(r"^\|\s*\d", page.read_text(), re.MULTILINE)
        assert len(rows(page.read_text())) == len(begun)


class TestNames:
    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
    def test_lead_to_tests_and_files(self, page: Path) -> None:
        assert [name for name in names(page.read_text()) if not is_there(name)] == []

    @pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
    def test_links_lead_to_sections(self, page: Path) -> None:
        assert [one for one in links(page.read_text()) if not leads_on(page, *one)] == []


class TestPasswordFields:
    """ASVS 6.2.6 and 6.2.7, by the source of the pages."""

    def test_mask_what_is_typed(self) -> None:
        field = (SPA / "ui/PasswordField.tsx").read_text()
        assert '<Field {...props} type={shown ? "text" : "password"}' in field
        assert "useState(false)" in field

    def test_tell_password_managers_what_they_are(self) -> None:
        sources = [file.read_text() for file in SPA.rglob("*.tsx")]
        assert sum(source.count("<PasswordField") for source in sources) >= 4
        for source in sources:
            for tag in re.findall(r"<PasswordField\b[^>]*?/>", source, re.DOTALL):
                assert "-password" in tag
            assert not re.search(r"<(Field|input)\b[^>]*-password\"", source)

    def test_nothing_listens_for_pasting(self) -> None:
        for file in SPA.rglob("*.ts*"):
            assert not re.search(r"onPaste|[\"']paste[\"']", file.read_text()), file


class TestTheRulesCanFail:
    """Each rule finds what it is for."""

    @pytest.mark.parametrize(
        ("name", "there"),
        [
            (HERE, True),
            (f"{HERE}::TestNames", True),
            (f"{HERE}::TestNames::test_lead_to_tests_and_files", True),
            (f"{HERE}::test_lead_to_tests_and_files", False),
            (f"{HERE}::TestNames::test_gone", False),
            ("tests/test_gone.py", False),
        ],
    )
    def test_what_is_named(self, name: str, there: bool) -> None:
        assert names(f"Met by `{name}`, as it stands") == [name]
        assert is_there(name) is there

    def test_a_row_is_missing_or_doubled_or_of_another_level(self) -> None:
        whole = [
            Row(f"{section}.{number}", level, "", "Met")
            for section, levels in LEVELS.items()
            for number, level in enumerate(levels, start=1)
        ]
        assert len(whole) == 82
        assert faults_of_asvs(whole) == []
        assert faults_of_asvs(whole[1:]) == ["4.1.1: missing"]
        assert faults_of_asvs([*whole, whole[0]]) == ["4.1.1: stands 2 times"]
        assert faults_of_asvs([*whole, Row("4.9.1", "1", "", "")]) == ["4.9.1: is none"]
        other = Row("4.1.1", "3", "", "Met")
        assert faults_of_asvs([other, *whole[1:]]) == ["4.1.1: level 3"]

    def test_a_row_without_a_verdict_or_without_what_shows_it(self) -> None:
        table = (
            "| 1.1.1 | 1 | Doors | Met by `tests/test_layers.py` |\n"
            "| 1.1.2 | 2 | Windows | Not met because they are open |\n"
            "| 1.1.3 | SHALL | Roofs | Not applicable because there is none |\n"
            "| 1.1.4 | 3 | Walls | Perhaps |\n"
            "| 1.1.5 | 3 | Cellars | Met, of course |\n"
        )
        found = rows(table)
        assert [fault for row in found for fault in row.faults] == [
            "1.1.4: no verdict",
            "1.1.5: met by nothing",
        ]
        assert list(counts(found).values()) == [2, 1, 1]

    def test_a_link_that_leads_nowhere(self) -> None:
        assert links("[a](asvs.md#gone), [b](https://example.com#x)") == [("asvs.md", "gone")]
        assert not leads_on(ASVS, "nist.md", "gone")
        assert not leads_on(ASVS, "gone.md", "")
        assert leads_on(ASVS, "../../SECURITY.md", "guessing")
