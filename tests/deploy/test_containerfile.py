"""The image, whose steps are looked at one by one, and the wheel in it, which is built."""

import re
import shutil
import sys
import zipfile
from pathlib import Path

from tests.support.doing import ROOT, run

DEPLOY = ROOT / "deploy"
TEXT = (DEPLOY / "Containerfile").read_text()


def test_each_base_has_a_version() -> None:
    bases = re.findall(r"^FROM (\S+)", TEXT, re.M)
    assert len(bases) == 3
    assert all(re.fullmatch(r"\w+:\d[\w.-]+", one) for one in bases)


def test_what_is_copied_is_there_and_not_left_out() -> None:
    shown = {line[1:] for line in _lines(ROOT / ".dockerignore") if line.startswith("!")}
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", TEXT, re.M):
        for source in line.split():
            assert (ROOT / source).exists(), source
            assert source in shown or source.split("/")[0] in shown, source


def test_nobody_is_root() -> None:
    last = TEXT.rpartition("\nFROM ")[2]
    assert re.search(r"^USER \d+$", last, re.M)
    assert last.index("USER") < last.index("ENTRYPOINT")


def test_everything_that_is_installed_is_known_by_its_hash() -> None:
    for line in re.findall(r"pip install (.+?)(?: &&|$)", TEXT, re.M):
        assert "--require-hashes" in line or line.endswith("--no-deps /dist/*.whl")
    pinned = (DEPLOY / "build.txt").read_text().split("\n", 1)[1]
    assert "--hash=" in pinned and pinned in (ROOT / "requirements-dev.txt").read_text()


def test_the_pages_are_built_as_here() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for step in ("npm ci --no-audit --no-fund", "--workspace spa", "--workspace explorer"):
        assert step in TEXT and step in makefile


def test_a_wheel_carries_everything(tmp_path: Path) -> None:
    """As the Containerfile builds it, from the sources alone."""
    for name in ("models", "schema", "server"):
        shutil.copytree(ROOT / name, tmp_path / "src" / name,
                        ignore=shutil.ignore_patterns("__pycache__", "web"))  # fmt: skip
    for name in (
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "frontend-contract/trusted-documents.json",
    ):
        (tmp_path / "src" / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "src" / name)
    for name in ("apps/index.html", "explorer/index.html", "apps/assets/apps/a.js.br"):
        (tmp_path / "src/server/web" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src/server/web" / name).touch()
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index",
        "--wheel-dir", str(tmp_path), ".", cwd=tmp_path / "src")  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    sources = {str(one.relative_to(tmp_path / "src")) for one in _files(tmp_path / "src")}
    wanted = {one for one in sources if one.split("/")[0] in ("models", "schema", "server")}
    assert "server/contract/trusted-documents.json" in packed
    assert wanted - packed == set()


def _files(folder: Path) -> list[Path]:
    made = ("build", "sparekey.egg-info")
    return [one for one in folder.rglob("*") if one.is_file() and not set(made) & set(one.parts)]


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines()
