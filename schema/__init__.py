"""The GraphQL surface, as a table of contents: every root field, and the file that answers it."""

from pathlib import Path

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema import (
    account,
    audit,
    dashboard,
    describe,
    desk,
    documents,
    enrollment,
    errors,
    events,
    inputs,
    node,
    queue,
    registration,
    reset,
    sign_in,
)
from schema.documents import Documents, Known, Reference
from schema.limits import is_confidential
from schema.permissions import SUPERVISOR, SUPPORT
from schema.running import Schema
from schema.scalars import SCALARS
from schema.shortcut import Shortcut

__all__ = [
    "Documents",
    "Mutation",
    "Query",
    "Reference",
    "Schema",
    "Subscription",
    "build",
    "is_confidential",
    "learn",
    "sdl",
]


@strawberry.type
class Query:
    """What can be asked."""

    viewer = strawberry.field(resolver=account.viewer)
    node = strawberry.field(resolver=node.node)
    recovery_queue = strawberry.field(resolver=queue.recovery_queue, extensions=SUPPORT)
    recovery_ticket = strawberry.field(resolver=queue.recovery_ticket, extensions=SUPPORT)
    queue_status = strawberry.field(resolver=dashboard.queue_status, extensions=SUPPORT)
    queue_history = strawberry.field(resolver=dashboard.queue_history, extensions=SUPPORT)
    audit_trail = strawberry.field(resolver=audit.audit_trail, extensions=SUPERVISOR)
    reset_status = strawberry.field(resolver=reset.reset_status)


@strawberry.type
class Mutation:
    """What can be done. Refusals are answers: members of each result's union."""

    register = strawberry.mutation(resolver=registration.register)
    close_account = strawberry.mutation(resolver=registration.close_account)

    login = strawberry.mutation(resolver=sign_in.login)
    verify_code = strawberry.mutation(resolver=sign_in.verify_code)
    step_up = strawberry.mutation(resolver=sign_in.confirm_session)
    begin_enrollment = strawberry.mutation(resolver=enrollment.begin_enrollment)
    confirm_enrollment = strawberry.mutation(resolver=enrollment.confirm_enrollment)
    logout = strawberry.mutation(resolver=account.logout)

    request_reset = strawberry.mutation(resolver=reset.request_reset)
    cancel_reset = strawberry.mutation(resolver=reset.cancel_reset)
    confirm_mailbox = strawberry.mutation(resolver=reset.confirm_mailbox)
    resend_release_code = strawberry.mutation(resolver=reset.resend_release_code)

    change_password = strawberry.mutation(resolver=account.change_password)
    add_device = strawberry.mutation(resolver=account.add_device)
    revoke_session = strawberry.mutation(resolver=account.revoke_session)

    claim_ticket = strawberry.mutation(resolver=desk.claim_ticket)
    release_ticket = strawberry.mutation(resolver=desk.release_ticket)
    add_ticket_note = strawberry.mutation(resolver=desk.add_ticket_note)
    record_evidence = strawberry.mutation(resolver=desk.record_evidence)
    approve_reset = strawberry.mutation(resolver=desk.approve_reset)
    reject_reset = strawberry.mutation(resolver=desk.reject_reset)


@strawberry.type
class Subscription:
    """What can be watched, over graphql-transport-ws or as server-sent events."""

    recovery_queue_events = strawberry.subscription(
        resolver=queue.recovery_queue_events, extensions=SUPPORT
    )
    queue_status = strawberry.subscription(
        resolver=dashboard.watch_queue_status, extensions=SUPPORT
    )
    reset_status = strawberry.subscription(resolver=reset.watch_reset_status)


def build() -> Schema:
    """The schema, ready to run with a `schema.context.Context`."""
    built = Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[*events.KINDS.values()],
        exception_handlers=errors.PROBLEMS,
        extensions=[Known],
        execution_context_class=Shortcut,
        config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS),
    )
    return inputs.at_once(describe.complete(built))


def learn(built: Schema, file: Path, only: bool) -> Documents:
    """Lets documents be asked by name; with `only`, nothing else. Returns what was learnt."""
    built.documents = documents.read(file, built._schema, only)
    return built.documents


def sdl() -> str:
    """The schema as text: what frontend-contract/schema.graphql holds."""
    return f"{build().as_str()}\n"
