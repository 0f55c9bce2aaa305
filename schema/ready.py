"""An operation made ready once: what graphql-core finds out anew each time that it runs.

Kept with the plan of its document are the executor as it was built for the first request, without
what was that request's own, and the root fields as they were collected. Both are the same for
everybody, except where a directive stands in the document: such a document is not made ready. What
is not as it should be in variables goes graphql-core's own way, which says what it is.

Leans on what graphql-core 3.3 keeps to itself: the attributes of `Executor`, its `execute_fields`
and `execute_fields_serially`, and `collect_fields`. To do without, let `Plan.ready` be None:
answers stay the same, to the byte.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLObjectType,
    OperationType,
    Undefined,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetails, collect_fields
from graphql.execution.executor import CollectedErrors
from graphql.execution.get_variable_signature import GraphQLVariableSignature
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.utilities.coerce_input_value import coerce_input_value

Running: TypeAlias = Executor[Any]
Build: TypeAlias = Callable[[], Running | list[GraphQLError]]


class Ready:
    """One operation of a document. The first request makes it ready."""

    __slots__ = ("_fields", "_model", "_root", "_signatures")

    def __init__(self) -> None:
        self._model: Running | None = None
        self._signatures: list[GraphQLVariableSignature] = []
        self._root: GraphQLObjectType
        self._fields: dict[str, list[FieldDetails]]

    def run(
        self,
        build: Build,
        variables: Mapping[str, Any] | None,
        context: object,
        extensions: Mapping[str, Any] | None,
    ) -> Any:
        """What comes of it for these variables, or an awaitable of that.

        `build` makes the executor from the very beginning.
        """
        model = self._model
        values = self._values(variables or {}) if model else None
        if model is None or values is None:
            built = build()
            if isinstance(built, list):
                return ExecutionResult(None, built)
            self._keep(built)
            return self._result(built)
        return self._result(_again(model, values, context, extensions))

    def _keep(self, built: Running) -> None:
        if self._model is None:
            root = built.schema.get_root_type(built.operation.operation)
            assert root is not None  # noqa: S101 # the schema asks and does
            values = built.variable_values
            found = collect_fields(built.schema, built.fragments, values, root, built.operation)
            self._root, self._fields = root, found.grouped_field_set
            self._signatures = [source.signature for source in values.sources.values()]
            self._model = _again(built, VariableValues({}, {}), None, None)

    def _values(self, given: Mapping[str, Any]) -> VariableValues | None:
        """None where it takes graphql-core to say what is wrong, or what stands in for it."""
        values = VariableValues({}, {})
        for signature in self._signatures:
            name, value = signature.name, given.get(signature.name, Undefined)
            values.sources[name] = VariableValueSource(signature, value)
            if value is not Undefined:
                values.coerced[name] = coerced = coerce_input_value(value, signature.type)
                if coerced is Undefined:
                    return None
            elif signature.default or is_non_null_type(signature.type):
                return None
        return values

    def _result(self, executor: Running) -> Any:
        execute = executor.execute_fields
        if len(self._fields) > 1 and executor.operation.operation is OperationType.MUTATION:
            execute = executor.execute_fields_serially
        data: Any
        try:
            data = execute(self._root, None, None, self._fields, None)
        except GraphQLError as error:
            return _failed(executor, error)
        if executor.is_awaitable(data):
            return _awaited(executor, data)
        return ExecutionResult(data, executor.collected_errors.errors or None)


def _again(
    model: Running,
    values: VariableValues,
    context: object,
    extensions: Mapping[str, Any] | None,
) -> Running:
    """The same for another request. What it found out of the document is found out for both."""
    executor = object.__new__(type(model))
    vars(executor).update(
        vars(model),
        context_value=context,
        variable_values=values,
        operation_extensions=extensions,
        collected_errors=CollectedErrors(),
    )
    return executor


async def _awaited(executor: Running, data: Any) -> ExecutionResult:
    try:
        found = await data
    except GraphQLError as error:
        return _failed(executor, error)
    return ExecutionResult(found, executor.collected_errors.errors or None)


def _failed(executor: Running, error: GraphQLError) -> ExecutionResult:
    executor.collected_errors.add(error, None)
    return ExecutionResult(None, executor.collected_errors.errors)
