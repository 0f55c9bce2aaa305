"""What is watched: each thing as it comes, and the source let go of at the end."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar

Row = TypeVar("Row")
Told = TypeVar("Told")


async def told(
    rows: AsyncGenerator[Row, None], tell: Callable[[Row], Told]
) -> AsyncGenerator[Told, None]:
    """Each row as the API tells it, until there are no more or nobody watches."""
    # A loop that is left early does not close its generator by itself (PEP 533).
    async with aclosing(rows):
        async for row in rows:
            yield tell(row)
