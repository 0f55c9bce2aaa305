"""The tickets of a page: as columns, or as objects wherever somebody looks at them one by one."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from operator import attrgetter

import strawberry

from models.dashboard import queue
from models.dashboard.listed import Listed, Owner, Person
from schema import ids
from schema.evidence import shown_in
from schema.table import Read, Rows, Table, each
from schema.tickets import Agent, RecoveryTicket, TicketAccount

_key, _account, _evidence = map(attrgetter, ("id", "account", "evidence"))


@strawberry.type
class RecoveryTicketEdge:
    """A ticket, and where it lies in the list."""

    cursor: str
    node: RecoveryTicket


class Listing(Table):
    """The edges of a page in one order and language, of what was read for them.

    Who or what stands there many times, such as an agent, is made once.
    """

    __slots__ = ("_agent", "_cursors", "_findings", "_tickets")

    def __init__(self, tickets: Sequence[Listed], newest_first: bool, locale: str) -> None:
        cursors = partial(queue.positions, newest_first=newest_first)
        super().__init__(RecoveryTicketEdge, tickets, {"cursor": cursors, "node": self._nodes})
        self._tickets = tickets
        self._cursors = cursors
        self._agent: Callable[[Person], Agent] = cache(Agent.of)
        self._findings = shown_in(locale)

    def edges(self) -> list[RecoveryTicketEdge]:
        """The objects."""
        cursors, nodes = self._cursors(self._tickets), map(self._ticket, self._tickets)
        return [
            RecoveryTicketEdge(cursor=cursor, node=node)
            for cursor, node in zip(cursors, nodes, strict=True)
        ]

    def _nodes(self, tickets: Rows) -> Table:
        reads: dict[str, Read] = {
            "id": _ids("ticket"),
            "owner": _owners,
            "holder": partial(self._people, attrgetter("claimed_by")),
            "decider": partial(self._people, attrgetter("decided_by")),
            "findings": lambda rows: list(map(self._findings, map(_evidence, rows))),
        }
        return Table(RecoveryTicket, tickets, reads)

    def _people(self, role: Callable[[Listed], Person | None], tickets: Rows) -> list[Agent | None]:
        return [one and self._agent(one) for one in map(role, tickets)]

    def _ticket(self, row: Listed) -> RecoveryTicket:
        shown, read = RecoveryTicket.__new__(RecoveryTicket), vars(row)
        vars(shown).update(read, row=row, id=ids.write("ticket", row.id))
        if "account" in read:
            shown.owner = _owner(row.account)
        if "claimed_by" in read:
            (shown.holder,) = self._people(attrgetter("claimed_by"), [row])
        if "decided_by" in read:
            (shown.decider,) = self._people(attrgetter("decided_by"), [row])
        if "evidence" in read:
            shown.findings = self._findings(row.evidence)
        return shown


def _ids(kind: str) -> Read:
    return lambda rows: ids.several(kind, map(_key, rows))


def _owners(tickets: Rows) -> Table:
    reads = {"id": _ids("account"), "units": each("device_count")}
    return Table(TicketAccount, list(map(_account, tickets)), reads)


def _owner(row: Owner) -> TicketAccount:
    shown, read = TicketAccount.__new__(TicketAccount), vars(row)
    vars(shown).update(read, id=ids.write("account", row.id))
    shown.units = read.get("device_count")
    return shown
