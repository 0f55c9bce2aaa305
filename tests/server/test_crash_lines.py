"""What a log says of a crash: where it was, however it is written, and nothing of its words."""

from typing import Any

import pytest
import structlog

from server import logs


def crash() -> dict[str, object]:
    """The fields of a crash whose words must not be seen."""
    try:
        raise OSError("ada@example.com")
    except OSError as error:
        return logs.crash(error)


@pytest.mark.parametrize(
    "renderer", [structlog.dev.ConsoleRenderer(), structlog.processors.JSONRenderer()]
)
def test_a_crash_on_a_console_and_in_a_file(renderer: Any) -> None:
    line = str(renderer(None, "error", {"event": "round failed", **crash()}))
    assert "round failed" in line and "OSError" in line and __name__.split(".")[-1] in line
    assert "ada@example.com" not in line
