"""From an agent's note to all desks: a real mutation, the tables, and 1,000 subscribers."""

import asyncio
import time

from models.reset.ticket import RecoveryTicket
from models.storage import database
from schema import ids
from tests.benchmarks import followed, serving
from tests.benchmarks.frame import Figure
from tests.benchmarks.load import publishing
from tests.benchmarks.load.subscribers import Heard, subscribers

SUBSCRIBERS = 1_000
NOTES = 50
EVERY = 0.1
_FRAGMENT = "... on TicketNoted { note { text author { email } } }"
_NOTE = """mutation Note($input: NoteInput!) {
  addTicketNote(input: $input) { __typename }
}"""


def run(rounds: int) -> list[Figure]:
    """The time from asking for the mutation to the last of its deliveries."""
    heard = [_heard() for _ in range(rounds)]
    what = f"addTicketNote asked to event delivered, {SUBSCRIBERS:,} subscribers, "
    rows = {"median": [one.p50 for one in heard], "99th percentile": [one.p99 for one in heard]}
    return [
        Figure(what + name, "", values, [], "ms", None, at_most=True)
        for name, values in rows.items()
    ]


def _heard() -> Heard:
    with serving.data() as given:
        author, *others = asyncio.run(followed.sign_in(given, SUBSCRIBERS + 1))
        ticket = asyncio.run(_ticket(given.url))
        document = publishing.DOCUMENT.replace("... on", f"{_FRAGMENT}\n    ... on", 1)
        inits = [followed.init(one) for one in others]
        with (
            serving.ours(given) as place,
            subscribers(
                place.port, SUBSCRIBERS, given.folder, None, inits, document=document
            ) as desks,
        ):
            time.sleep(1)  # until the last has been let in
            desks.hear(NOTES, NOTES * EVERY + 10)
            _write(place.url, author, ticket)
            return desks.answer().whole()


async def _ticket(url: str) -> str:
    async with database.connect(url):
        return str(ids.write("ticket", (await RecoveryTicket.get()).id))


def _write(url: str, author: str, ticket: str) -> None:
    for number in range(1, NOTES + 1):
        note = {"ticketId": ticket, "text": publishing.mark(number)}
        asked = {"query": _NOTE, "variables": {"input": note}}
        said = serving.ask(f"{url}/graphql", asked, {"authorization": author})
        assert b'"RecoveryTicket"' in said, said
        time.sleep(EVERY)
