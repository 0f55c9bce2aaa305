"""How a document runs: by its plan, straight to graphql-core.

Queries and mutations pass by Strawberry's own run and its extensions, which would do nothing here
and cost more than most answers. Subscriptions go Strawberry's way, by the same plans.
"""

from collections.abc import Collection
from functools import cached_property
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import ExecutionResult as Executed
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.graphql import OperationType

from schema import masking
from schema.context import Context
from schema.documents import Documents
from schema.plans import MOST_ERRORS, Plan, Plans

_ANY = frozenset({OperationType.QUERY, OperationType.MUTATION})


class Schema(strawberry.Schema):
    """A schema through which no crash shows, with the documents that it knows."""

    documents: Documents = Documents()

    @cached_property
    def plans(self) -> Plans:
        """Of documents that clients wrote."""
        return Plans(self._schema)

    def plan(self, text: str) -> Plan:
        """What this document turned out to be. Raises GraphQLError where it does not parse."""
        return self.documents.plans.get(text) or self.plans.of(text)

    def known(self, text: str) -> Plan | None:
        """The same, if it need not be found out."""
        return self.documents.plans.get(text) or self.plans.known(text)

    async def execute(  # type: ignore[override] # fewer of Strawberry's forms
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Context | None = None,
        root_value: None = None,
        operation_name: str | None = None,
        allowed_operation_types: Collection[OperationType] = _ANY,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """The result of a query or a mutation.

        Raises MissingQueryError, and InvalidOperationTypeError for what is not allowed.
        """
        if not query:
            raise MissingQueryError
        kind = None
        try:
            plan = self.plan(query)
            kind = plan.kind(operation_name)
            if kind in allowed_operation_types:
                result = self._run(plan, variable_values, context_value, operation_name,
                                   operation_extensions)  # fmt: skip
                ended = await result if isawaitable(result) else result
                return self._told(ended, context_value, kind)
        except Exception as error:
            return self._told(Executed(None, [_of_graphql(error)]), context_value, kind)
        raise InvalidOperationTypeError(kind)

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Logs what crashed and puts what may be told in its place."""
        context: Context | None = execution_context.context if execution_context else None
        kind = None
        if execution_context and any(error.path for error in errors):
            kind = execution_context.operation_type  # There is one, since it has begun.
        errors[:] = _shown(errors, context, kind)

    def _run(
        self,
        plan: Plan,
        variables: dict[str, Any] | None,
        context: Context | None,
        name: str | None,
        extensions: dict[str, Any] | None,
    ) -> Any:
        if plan.errors:
            return Executed(None, plan.refusals())

        def build() -> Any:
            return self.execution_context_class.build(
                self._schema,
                plan.document,
                None,
                context,
                variables,
                name,
                is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type] # as Strawberry has it
                operation_extensions=extensions,
            )

        if plan.ready:
            return plan.ready.run(build, variables, context, extensions)
        built = build()
        return Executed(None, built) if isinstance(built, list) else built.execute_operation()

    def _told(
        self, result: Executed, context: Context | None, kind: OperationType | None
    ) -> ExecutionResult:
        errors = result.errors
        if errors:
            for error in errors:
                self.remove_field_suggestion(error)
            errors = _shown(errors, context, kind)
        return ExecutionResult(result.data, errors)


def _shown(
    errors: list[GraphQLError], context: Context | None, kind: OperationType | None
) -> list[GraphQLError]:
    is_change = kind is OperationType.MUTATION
    return [masking.told(error, context, is_change) for error in errors[:MOST_ERRORS]]


def _of_graphql(error: Exception) -> GraphQLError:
    if isinstance(error, GraphQLError):
        return error
    return GraphQLError(str(error), original_error=error)
