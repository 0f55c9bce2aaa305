"""What the doctor says about the documents that can be asked by name, and about the web pages."""

import json
from pathlib import Path

import pytest

from schema.documents import hash_of
from tests.support import trusted
from tests.support.databases import on_sqlite
from tests.support.house import House
from tests.support.terminal import Terminal

pytestmark = on_sqlite


class TestDocuments:
    @pytest.mark.parametrize(
        ("mode", "text"), [("open", "others run too"), ("trusted", "no others run")]
    )
    async def test_are_counted(self, house: House, mode: str, text: str) -> None:
        found = (await house.examined(SPAREKEY_DOCUMENTS=mode))["documents"]
        assert found.text == f"{len(trusted.documents())} known by name, {text}"

    @pytest.mark.parametrize("mode", ["open", "trusted"])
    async def test_one_does_not_fit(self, house: House, tmp_path: Path, mode: str) -> None:
        query, file = "query Nobody { nobody }", tmp_path / "documents.json"
        file.write_text(json.dumps({f"sha256:{hash_of(query)}": query}))
        changes = {"SPAREKEY_DOCUMENTS": mode, "SPAREKEY_DOCUMENTS_FILE": str(file)}
        wrong = await house.wrong(None, **changes)
        assert list(wrong) == ["documents"]
        assert wrong["documents"].startswith("Nobody: Cannot query field 'nobody'")
        assert wrong["documents"].endswith("Check SPAREKEY_DOCUMENTS_FILE.")

    async def test_there_are_none(self, house: House) -> None:
        wrong = await house.wrong(SPAREKEY_DOCUMENTS_FILE="nowhere.json")
        assert "nowhere.json cannot be read" in wrong["documents"]


class TestWebPages:
    async def test_both_are_built(self, house: House) -> None:
        assert (await house.examined())["web pages"].text == "built"

    @pytest.mark.parametrize(
        ("page", "missing"),
        [("support.html", "the web apps"), ("index.html", "GraphiQL and the web apps")],
    )
    def test_one_was_not_built(
        self, settled: Terminal, built: Path, page: str, missing: str
    ) -> None:
        (built.parent / page).unlink()
        printed, _ = settled.fails("doctor")
        assert f"Not built: {missing}. Install Node" in printed
