"""How large a document may be: up to the bound and no further, and in linear time."""

import time
from collections.abc import Callable

import pytest
from graphql import parse

from schema import measure
from schema.measure import too_large


def aliases(count: int) -> str:
    return "{" + "".join(f" a{n}: b" for n in range(count)) + "}"


def levels(count: int) -> str:
    return "{ a " * count + "}" * count


def through_fragments(count: int) -> str:
    """As many levels, each in a fragment of its own."""
    spread = "".join(f" fragment F{n} on A {{ a {{ ...F{n + 1} }} }}" for n in range(1, count - 1))
    return f"{{ a {{ ...F1 }} }}{spread} fragment F{count - 1} on A {{ a }}"


def repeated(count: int) -> str:
    return "{" + " a" * (count - 1) + " ... { a } }"


def unfolded(count: int) -> str:
    """Fields that are written once and stand for so many."""
    return "{" + " ...F" * (count // 10) + " } fragment F on A {" + aliases(10)[1:]


def directives(count: int) -> str:
    return "{ a" + " @b" * count + "}"


def operations(count: int) -> str:
    return " ".join(f"query Q{n} {{ a }}" for n in range(count))


def fragments(count: int) -> str:
    return "{ a }" + "".join(f" fragment F{n} on A {{ a }}" for n in range(count))


def variables(count: int) -> str:
    return "query Q(" + "".join(f" $v{n}: A" for n in range(count)) + ") { a }"


def introspections(count: int) -> str:
    return "{ ...F " + " ...F" * (count - 1) + " } fragment F on A { __schema { a } }"


@pytest.mark.parametrize(
    ("document", "most", "step"),
    [
        (aliases, measure.MOST_ALIASES, 1),
        (levels, measure.MOST_DEPTH, 1),
        (through_fragments, measure.MOST_DEPTH, 1),
        (repeated, measure.MOST_REPEATS, 1),
        (unfolded, measure.MOST_FIELDS, 10),
        (directives, measure.MOST_DIRECTIVES, 1),
        (operations, measure.MOST_OPERATIONS, 1),
        (fragments, measure.MOST_FRAGMENTS, 1),
        (variables, measure.MOST_VARIABLES, 1),
        (introspections, measure.MOST_INTROSPECTIONS, 1),
    ],
)
def test_a_bound(document: Callable[[int], str], most: int, step: int) -> None:
    assert too_large(parse(document(most))) is None
    refused = too_large(parse(document(most + step)))
    assert refused and refused.extensions == {"code": "BAD_USER_INPUT"}


def test_a_fragment_is_measured_once() -> None:
    doubled = "".join(f" fragment F{n} on A {{ ...F{n + 1} ...F{n + 1} }}" for n in range(45))
    document = parse(f"{{ ...F0 }}{doubled} fragment F45 on A {{ a }}")
    began = time.perf_counter()
    assert too_large(document)
    # One by one, 2 to the power of 45 would take months.
    assert time.perf_counter() - began < 5


def test_fragments_of_each_other_are_left_to_validation() -> None:
    assert too_large(parse("{ ...A } fragment A on Q { ...B } fragment B on Q { ...A a }")) is None
