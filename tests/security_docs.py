"""SECURITY.md and docs/security, read as data: verdicts, and what they name.

`python -m tests.security_docs` counts the verdicts.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/security"
ASVS = FOLDER / "asvs.md"
NIST = FOLDER / "nist.md"
PAGES = (ROOT / "SECURITY.md", *sorted(FOLDER.glob("*.md")))
VERDICTS = ("met", "not met because", "not applicable because")

# OWASP ASVS 5.0.0: the levels of a section's rows, one digit each, in their order.
LEVELS = {
    "4.1": "12233",
    "4.2": "23333",
    "4.3": "22",
    "4.4": "1222",
    "6.1": "122",
    "6.2": "111111112222",
    "6.3": "11223333",
    "6.4": "112233",
    "6.5": "22222333",
    "6.6": "2223",
    "6.7": "33",
    "6.8": "2222",
    "7.1": "222",
    "7.2": "1111",
    "7.3": "22",
    "7.4": "11222",
    "7.5": "223",
    "7.6": "22",
}

_ROW = re.compile(r"\| (\d[\w.-]*) \| (\w+) \| (.+?) \| (.+) \|")
_NAMED = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|tsx?|md)(?:::\w+)*)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(#[^)]*)?\)")


@dataclass(frozen=True)
class Row:
    """One requirement; `kind` is its level in ASVS, SHALL, SHOULD or MAY in NIST."""

    id: str
    kind: str
    asks: str
    said: str

    @property
    def verdict(self) -> str:
        """One of VERDICTS; empty where none is given."""
        begin = self.said.lower()
        return next((one for one in VERDICTS if re.match(rf"{one}\b", begin)), "")

    @property
    def faults(self) -> list[str]:
        """What is wrong with it by itself."""
        if not self.verdict:
            return [f"{self.id}: no verdict"]
        shown = names(self.said) or links(self.said)
        return [f"{self.id}: met by nothing"] if self.verdict == "met" and not shown else []


def rows(text: str) -> list[Row]:
    """The requirements in the tables of a page."""
    found = (_ROW.fullmatch(line) for line in text.splitlines())
    return [Row(*one.groups()) for one in found if one]


def faults_of_asvs(found: list[Row]) -> list[str]:
    """Which ids are missing, stand twice, are none, or bear another level."""
    asked = {
        f"{section}.{number}": level
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, start=1)
    }
    times = Counter(row.id for row in found)
    return [
        *[f"{id}: missing" for id in asked.keys() - times.keys()],
        *[f"{id}: stands {n} times" for id, n in times.items() if n > 1],
        *[f"{id}: is none" for id in times.keys() - asked.keys()],
        *[
            f"{row.id}: level {row.kind}"
            for row in found
            if row.kind != asked.get(row.id, row.kind)
        ],
    ]


def names(text: str) -> list[str]:
    """The tests and files that a text names: `folder/file.py::Class::test`."""
    return [name for name in _NAMED.findall(text) if "/" in name]


def links(text: str) -> list[tuple[str, str]]:
    """The links within the repository: file (or nothing) and section."""
    return [(file, anchor[1:]) for file, anchor in _LINK.findall(text)]


def is_there(name: str) -> bool:
    """Whether a file exists and holds that class or test. Files are parsed, not imported."""
    place, *inside = name.split("::")
    file = ROOT / place
    if not file.is_file():
        return False
    return not inside or "::".join(inside) in _defined(file)


def leads_on(page: Path, file: str, anchor: str) -> bool:
    """Whether a link of that page leads to a file, and to a section of it."""
    target = (page.parent / file).resolve() if file else page
    if not target.is_file():
        return False
    return not anchor or anchor in _anchors(target.read_text())


def counts(found: list[Row]) -> dict[str, int]:
    """How often each verdict was given."""
    given = Counter(row.verdict for row in found)
    return {verdict: given[verdict] for verdict in VERDICTS}


@cache
def _defined(file: Path) -> frozenset[str]:
    return frozenset(_walk(ast.parse(file.read_text()), ""))


def _walk(parent: ast.AST, prefix: str) -> Iterator[str]:
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, ast.ClassDef):
            yield prefix + node.name
            yield from _walk(node, f"{prefix}{node.name}::")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + node.name


def _anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def _main() -> None:
    for title, page in (("ASVS 5.0.0 V4, V6, V7", ASVS), ("SP 800-63B-4", NIST)):
        found = rows(page.read_text())
        _tell(f"{title}, {len(found)} rows", found)
        for chapter in sorted({row.id.partition(".")[0] for row in found}):
            _tell(f"  {chapter}", [row for row in found if row.id.startswith(f"{chapter}.")])


def _tell(title: str, found: list[Row]) -> None:
    told = (f"{n} {verdict.removesuffix(' because')}" for verdict, n in counts(found).items())
    sys.stdout.write(f"{title}: {', '.join(told)}\n")


if __name__ == "__main__":
    _main()
