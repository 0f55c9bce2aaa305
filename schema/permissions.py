"""Who may ask. Every question that is not open to all bears a gate, which the SDL shows."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.schema_directive import Location

from models.accounts.account import Role
from models.errors import NotAllowed, Reason
from models.signing_in.session import Session
from schema.context import Info
from schema.language import say


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="requires",
    description="Needs a session of this role or a higher one: otherwise the answer is an error "
    "with code UNAUTHENTICATED (no session) or FORBIDDEN (its role is too low).",
)
class Requires:
    """What a gated field says of itself in the SDL."""

    role: Role


class HasRole(BasePermission):
    """Lets sessions pass that have a role."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self._directive = Requires(role=role)

    @property
    def schema_directive(self) -> object:
        """Seen in the SDL as @requires(role: …)."""
        return self._directive

    def has_permission(self, source: object, info: Info, **kwargs: Any) -> bool:
        """True, or a GraphQL error that says what is missing."""
        session = info.context.session
        if session is None:
            raise _refused(info, Reason.NO_SESSION, "UNAUTHENTICATED")
        if not has_role(session, self.role):
            raise _refused(info, Reason.ROLE, "FORBIDDEN")
        return True


SUPPORT: list[FieldExtension] = [PermissionExtension([HasRole(Role.SUPPORT)])]
SUPERVISOR: list[FieldExtension] = [PermissionExtension([HasRole(Role.SUPERVISOR)])]


def has_role(session: Session | None, role: Role) -> bool:
    """Whether there is a session, and it has this role."""
    return session is not None and role in session.account.roles


def asking(info: Info) -> Session:
    """The session that asks, for mutations. Raises the refusal NotAllowed where there is none."""
    if info.context.session is None:
        raise NotAllowed(Reason.NO_SESSION)
    return info.context.session


def _refused(info: Info, reason: Reason, code: str) -> GraphQLError:
    return GraphQLError(say(info.context.origin.locale, reason), extensions={"code": code})
