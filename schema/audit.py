"""The audit trail: who did what."""

from datetime import datetime
from typing import Annotated

import strawberry

from models.record import audit
from schema import pages
from schema.pages import PageInfo


@strawberry.type
class AuditEntry:
    """One thing that somebody, or the system, did."""

    at: datetime
    action: str = strawberry.field(description="Such as 'account:second_factor:confirmed'.")
    actor: str | None = strawberry.field(description="E-mail of who did it; null for the system.")
    subject: str | None = strawberry.field(
        description="E-mail or reference of what it was done to."
    )
    detail: str | None

    @classmethod
    def of(cls, row: audit.Record) -> "AuditEntry":
        """As the API shows it."""
        return cls(
            at=row.at, action=row.action, actor=row.actor, subject=row.subject, detail=row.detail
        )


@strawberry.type
class AuditEdge:
    """An entry, and where it lies in the list."""

    cursor: str
    node: AuditEntry


@strawberry.type
class AuditConnection:
    """A page of the audit trail."""

    edges: list[AuditEdge]
    page_info: PageInfo

    @classmethod
    def of(cls, page: audit.AuditPage, after: str | None) -> "AuditConnection":
        """As the API shows what follows that cursor."""
        edges = [
            AuditEdge(cursor=audit.position(row), node=AuditEntry.of(row)) for row in page.entries
        ]
        info = PageInfo(
            has_next_page=page.has_next,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        )
        return cls(edges=edges, page_info=info)


async def audit_trail(
    search: Annotated[
        str | None,
        strawberry.argument(
            description="An e-mail address or reference, or the start of an action."
        ),
    ] = None,
    first: Annotated[
        int | None, strawberry.argument(description="How many: 1 to 100, or 25.")
    ] = None,
    after: Annotated[
        str | None, strawberry.argument(description="The cursor that the page follows.")
    ] = None,
) -> AuditConnection:
    """SUPERVISOR: who did what, newest first."""
    found = await audit.page(search, pages.span(first).size, after)
    return AuditConnection.of(found, after)
