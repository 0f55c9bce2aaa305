"""What is made from the contract is what the generator makes of it now.

Copies of the contract show that a schema which breaks an operation, or changes the client's types,
is found out, and that the message names the operation.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

CONTRACT = Path(__file__).parent.parent / "frontend-contract"
SOURCES = ["schema.graphql", "operations", "codegen.ts", "generated.mjs", "package.json"]
MADE = ["client/src/generated/graphql.ts", "trusted-documents.json"]
MENDED = "run: npm run generate in frontend-contract"
OPERATIONS = {path.stem for path in (CONTRACT / "operations").iterdir()}


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """The sources of a contract, to change and to generate from."""
    for name in SOURCES:
        source, copy = CONTRACT / name, tmp_path / name
        shutil.copytree(source, copy) if source.is_dir() else shutil.copy(source, copy)
    (tmp_path / "node_modules").symlink_to(CONTRACT / "node_modules")
    return tmp_path


class TestGeneratedCode:
    def test_is_what_the_generator_makes_now(self, contract: Path) -> None:
        generate(contract)
        assert list(stale(contract)) == [], MENDED

    def test_has_no_other_files(self) -> None:
        folder = CONTRACT / "client/src/generated"
        assert [path.name for path in folder.iterdir()] == ["graphql.ts"], MENDED

    def test_says_that_it_is_generated(self) -> None:
        mark = (CONTRACT / MADE[0]).read_text("utf-8").splitlines()[0]
        assert "npm run generate" in mark


class TestChangedSchema:
    def test_that_breaks_an_operation_is_refused_by_its_name(self, contract: Path) -> None:
        change(contract, "medianSecondsToDecision: Float\n}", "median: Float\n}")
        with pytest.raises(AssertionError) as refused:
            generate(contract)
        assert 'Cannot query field "medianSecondsToDecision"' in str(refused.value)
        assert "operations/QueueHistory.graphql:" in str(refused.value)
        assert "operations/QueueStatus.graphql" not in str(refused.value)

    def test_that_changes_types_makes_the_code_of_its_operation_stale(self, contract: Path) -> None:
        change(contract, "oldestSubmittedAt: DateTime", "oldestSubmittedAt: DateTime!")
        generate(contract)
        assert list(stale(contract)) == [
            "client/src/generated/graphql.ts, in QueueStatus",
            "client/src/generated/graphql.ts, in WatchQueueStatus",
        ]


class TestChangedOperation:
    def test_makes_its_trusted_document_stale(self, contract: Path) -> None:
        path = contract / "operations/Logout.graphql"
        path.write_text("mutation Logout { __typename logout }", "utf-8")
        generate(contract)
        assert "trusted-documents.json, in Logout" in list(stale(contract))


def generate(contract: Path) -> None:
    """Makes everything anew, or fails with what the generator says."""
    command = ["npm", "run", "--silent", "generate"]
    done = subprocess.run(command, cwd=contract, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def stale(contract: Path) -> Iterator[str]:
    """Which committed files differ from those just made, and in which operations."""
    for name in MADE:
        committed = lines_of(CONTRACT / name)
        made = lines_of(contract / name)
        changed = set(committed) ^ set(made)
        named = sorted({operation for line in changed for operation in operations_in(line)})
        yield from (f"{name}, in {operation}" for operation in named)
        if committed != made and not named:
            yield name


def lines_of(path: Path) -> list[str]:
    """A statement or document a line, however it was wrapped."""
    text = path.read_text("utf-8")
    return text.splitlines() if path.suffix == ".json" else re.split(r";\n", text)


def operations_in(line: str) -> set[str]:
    """The operations that a line of generated code or of documents is about."""
    found = re.findall(r"export type (\w+?)(?:Query|Mutation|Subscription)(?:Variables)? =", line)
    found += re.findall(r"export const (\w+)Document =", line)
    found += re.findall(r'": "(?:query|mutation|subscription) (\w+)', line)
    return OPERATIONS.intersection(found)


def change(contract: Path, old: str, new: str) -> None:
    """Puts other words into the copy's schema, which must hold the old ones."""
    path = contract / "schema.graphql"
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"schema.graphql holds {text.count(old)} times: {old}"
    path.write_text(text.replace(old, new), "utf-8")
