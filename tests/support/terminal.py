"""An operator's terminal, inside the test's own process."""

from typing import Any

from typer.testing import CliRunner

from server.cli import app


class Terminal:
    """Commands with the settings that the environment has."""

    def run(self, *arguments: str, input: str = "") -> Any:
        """The result of a command."""
        return CliRunner().invoke(app, arguments, input=input)

    def does(self, *arguments: str, input: str = "") -> str:
        """What a command that succeeds prints."""
        result = self.run(*arguments, input=input)
        assert result.exit_code == 0, result.output
        return str(result.stdout)

    def cannot(self, *arguments: str, input: str = "") -> str:
        """What a command that does not succeed says, in sentences; it has printed nothing."""
        printed, said = self.fails(*arguments, input=input)
        assert printed == ""
        return said

    def fails(self, *arguments: str, input: str = "") -> tuple[str, str]:
        """What a command prints that ends with status 1, and what it says."""
        result = self.run(*arguments, input=input)
        assert result.exit_code == 1, result.output
        assert "Traceback" not in result.output
        return str(result.stdout), str(result.stderr)
