"""Executors side by side: the one that is served, and graphql-core's own way through each field."""

import json
from inspect import isawaitable
from typing import Any, ClassVar

from graphql import DocumentNode, GraphQLSchema, execute, parse
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.shortcut import Shortcut

Standard = StrawberryGraphQLCoreExecutionContext

_NOT_TAKEN = object()


class Compared(Shortcut):
    """Goes the long way, and looks at each field whether the short one would lead elsewhere."""

    operations: ClassVar[set[str]] = set()
    taken: ClassVar[set[str]] = set()
    astray: ClassVar[list[str]] = []

    @classmethod
    def forget(cls) -> None:
        """Begin anew."""
        cls.operations.clear()
        cls.taken.clear()
        cls.astray.clear()

    def execute_field(self, parent_type: Any, source: Any, details: Any, path: Any, at: Any) -> Any:
        """The field's value, by the long way."""
        self.operations.add(self.operation.name.value if self.operation.name else "")
        short, errors = self._short(parent_type, source, details), self._errors()
        try:
            long = Standard.execute_field(self, parent_type, source, details, path, at)
        except Exception:
            self._compare(f"{path.as_list()} failed", _NOT_TAKEN, short)
            raise
        if isawaitable(long):
            return self._awaited(path, long, short)
        self._compare(f"{path.as_list()}", long if errors == self._errors() else None, short)
        return long

    def _short(self, parent: Any, source: Any, details: Any) -> Any:
        column = self._column(parent, details)
        try:
            short = column((source,))[0] if column else _NOT_TAKEN
        except Exception:
            return _NOT_TAKEN
        if column:
            self.taken.add(f"{parent.name}.{details[0].node.name.value}")
        return short

    async def _awaited(self, path: Any, long: Any, short: Any) -> Any:
        found = await long
        self._compare(f"{path.as_list()}", found, short)
        return found

    def _compare(self, where: str, long: Any, short: Any) -> None:
        if short is not _NOT_TAKEN and (long is _NOT_TAKEN or written(long) != written(short)):
            self.astray.append(f"{where}: {long!r} is not {short!r}")

    def _errors(self) -> int:
        return len(self.collected_errors.errors)


class Counted(Shortcut):
    """Counts the fields that went the long way."""

    long: ClassVar[list[str]] = []

    def build_resolve_info(self, *given: Any) -> Any:
        """Only the long way asks for it."""
        self.long.append(given[1][0].name.value)
        return super().build_resolve_info(*given)


async def answer(
    schema: GraphQLSchema,
    document: DocumentNode | str,
    executor: type[Standard],
    context: object = None,
    variables: dict[str, Any] | None = None,
    root: object = None,
) -> str:
    """What a query is answered, to the byte; errors with places, paths and extensions."""
    parsed = parse(document) if isinstance(document, str) else document
    found: Any = execute(
        schema,
        parsed,
        root,
        context,
        variables,
        executor_class=executor,
        is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type] # as Strawberry has it
    )
    found = await found if isawaitable(found) else found
    return written({"data": found.data, "errors": [one.formatted for one in found.errors or ()]})


def written(value: object) -> str:
    """As it goes out."""
    return json.dumps(value, default=lambda one: getattr(one, "isoformat", one.__repr__)())
