"""How far a command is: a bar on a terminal, nothing into a pipe."""

from rich.progress import Progress

from server.commands.trouble import out


def bar() -> Progress:
    """Bars that go when they are done, so that what was found is all that stays."""
    return Progress(console=out, transient=True, disable=not out.is_terminal)
