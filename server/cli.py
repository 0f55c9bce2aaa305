"""`sparekey`: what an operator types."""

import typer

from server.commands import (
    accounts,
    audit,
    backup,
    contract,
    demo,
    doctor,
    keep,
    keys,
    migrate,
    queue,
    serve,
)
from server.commands.trouble import Explaining

app = typer.Typer(
    cls=Explaining,
    help="Two-step sign-in, with a live desk for people who lost their phone.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("migrate")(migrate.migrate)
app.command("backup")(backup.take)
app.command("restore")(backup.restore)
app.command("retention")(keep.retention)
app.command("doctor")(doctor.examine)
app.add_typer(demo.app, name="demo")
app.add_typer(accounts.app, name="accounts")
app.add_typer(keys.app, name="keys")
app.add_typer(queue.app, name="queue")
app.add_typer(audit.app, name="audit")
app.add_typer(contract.app, name="schema")
