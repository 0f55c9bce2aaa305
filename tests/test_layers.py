"""Imports go down only: server, schema, models. The rules themselves are in pyproject.toml."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("models", "schema", "server")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the packages of that folder against the rules."""
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--config", ROOT / "pyproject.toml", "--no-cache", "--no-logo"],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def house(folder: Path, **lines: str) -> Path:
    """Three floors of one file each, with a line for some of them."""
    for floor in FLOORS:
        (folder / floor).mkdir()
        (folder / floor / "__init__.py").write_text(lines.get(floor, ""))
    return folder


class TestTheFloors:
    def test_imports_go_down_only(self) -> None:
        found = lint_imports(ROOT)
        assert found.returncode == 0, found.stdout


class TestTheRulesCanFail:
    def test_a_sound_house(self, tmp_path: Path) -> None:
        folder = house(tmp_path, server="import schema, starlette", schema="import models")
        assert lint_imports(folder).returncode == 0

    @pytest.mark.parametrize(
        ("floor", "line"),
        [
            ("models", "import schema"),
            ("models", "import server"),
            ("schema", "import server"),
            ("models", "def later():\n    from schema import build"),
            ("models", "import strawberry"),
            ("models", "from graphql import parse"),
            ("models", "from starlette.requests import Request"),
            ("schema", "import starlette"),
        ],
    )
    def test_a_wrong_import(self, floor: str, line: str, tmp_path: Path) -> None:
        found = lint_imports(house(tmp_path, **{floor: line}))
        assert found.returncode == 1, found.stdout + found.stderr
        assert "BROKEN" in found.stdout


class TestPackages:
    def test_pyproject_lists_every_one(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
        folders = {path.parent for floor in FLOORS for path in (ROOT / floor).rglob("*.py")}
        present = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
        setuptools = project["tool"]["setuptools"]
        assert set(setuptools["packages"]) == present | set(setuptools["package-dir"])
