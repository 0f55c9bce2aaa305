"""The client's generated types, made anew in a copy of the contract folder, and compared."""

import re
import shutil
import subprocess
from pathlib import Path

CONTRACT = Path(__file__).parents[1] / "frontend-contract"
_TYPES = Path("client/src/generated/graphql.ts")
_KEPT = shutil.ignore_patterns("node_modules", "spa", "explorer")
_WITHIN = 120  # seconds


class Broken(Exception):
    """Raised where no types can be made; its text is the generator's."""


def kept() -> str:
    """The types as the repository has them."""
    return (CONTRACT / _TYPES).read_text("utf-8")


def made(folder: Path, sdl: str) -> str:
    """The types for that schema. Raises Broken where an operation does not fit it."""
    shutil.copytree(CONTRACT, folder, ignore=_KEPT, dirs_exist_ok=True)
    (folder / "node_modules").symlink_to(CONTRACT / "node_modules")
    (folder / "schema.graphql").write_text(sdl, "utf-8")
    done = subprocess.run(
        ["npm", "run", "--silent", "generate"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_WITHIN,
    )
    if done.returncode:
        raise Broken(done.stdout + done.stderr)
    return (folder / _TYPES).read_text("utf-8")


def stale(before: str, after: str) -> list[str]:
    """The operations whose types differ, be it in an input or an enum that they name."""
    one, other = declarations(before), declarations(after)
    changed = {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
    while further := {name for name in _naming(changed, one | other) if name not in changed}:
        changed |= further
    found = re.compile(r"(\w+?)(?:(?:Mutation|Query|Subscription)(?:Variables)?|Document)")
    return sorted({match[1] for name in changed if (match := found.fullmatch(name))})


def declarations(types: str) -> dict[str, str]:
    """Each exported type and document by its name."""
    parts = re.split(r"^export (?:type|const) (\w+)", types, flags=re.MULTILINE)
    # What stands before the next one is its comment.
    texts = [text.split("\n/**")[0].strip() for text in parts[2::2]]
    return dict(zip(parts[1::2], texts, strict=True))


def _naming(names: set[str], texts: dict[str, str]) -> set[str]:
    if not names:
        return set()
    named = re.compile(rf"\b({'|'.join(names)})\b")
    return {name for name, text in texts.items() if named.search(text)}
