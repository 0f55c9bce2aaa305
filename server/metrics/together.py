"""How the workers of one server tell of themselves together, whichever of them is asked.

They share what they listen at, so that nobody can choose whom to ask. Each has a Unix socket in a
folder of theirs, and whoever is asked reads all of them. A worker's number is the least that is
free: what is told of it stays apart, and begins anew with its process, as after any restart.
"""

import asyncio
import fcntl
import json
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Metric

from server.http.codec import encode
from server.metrics.families import WORKER

# Names the folder to the workers.
VARIABLE = "SPAREKEY_WORKERS_FOLDER"
WITHIN = 1.0


@contextmanager
def place(workers: int) -> Iterator[None]:
    """While this server's workers run they find each other, if there are several."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="sparekey-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[VARIABLE]


class Workers:
    """One worker, as it tells of itself, and the others, as it asks them."""

    def __init__(self, ours: CollectorRegistry) -> None:
        self._ours = ours
        self._folder = Path(os.environ[VARIABLE]) if VARIABLE in os.environ else None
        self._number = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """While the block runs, the others are told."""
        if self._folder is None:
            yield
            return
        with _numbered(self._folder) as self._number:
            path = _socket(self._folder, self._number)
            path.unlink(missing_ok=True)
            async with await asyncio.start_unix_server(self._tell, path):
                yield
            path.unlink(missing_ok=True)

    async def metrics(self) -> list[Metric]:
        """Of all that answer, this one among them."""
        told = [json.loads(_written(self._ours, self._number))]
        if self._folder is not None:
            others = [path for path in sorted(self._folder.glob("*.sock")) if not self._is(path)]
            told += await asyncio.gather(*(_asked(path) for path in others))
        return _merged(told)

    async def _tell(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_written(self._ours, self._number))
        writer.close()
        with suppress(OSError):  # whoever asked did not wait for it
            await writer.wait_closed()

    def _is(self, path: Path) -> bool:
        return self._folder is not None and path == _socket(self._folder, self._number)


@contextmanager
def _numbered(folder: Path) -> Iterator[int]:
    """The least number that no other has, for as long as this process lives or the block runs."""
    for number in count():
        with (folder / f"{number}.lock").open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield number
            return


def _socket(folder: Path, number: int) -> Path:
    return folder / f"{number}.sock"


async def _asked(path: Path) -> Any:
    """What the worker tells; nothing where there is none any more, or it is too busy."""
    try:
        async with asyncio.timeout(WITHIN):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                return json.loads(await reader.read())
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return []


def _written(registry: CollectorRegistry, number: int) -> bytes:
    mark = {WORKER: str(number)}
    return encode(
        [
            (one.name, one.documentation, one.type,
             [(sample.name, {**sample.labels, **mark}, sample.value) for sample in one.samples])
            for one in registry.collect()
        ]
    )  # fmt: skip


def _merged(told: Iterable[Any]) -> list[Metric]:
    found: dict[str, Metric] = {}
    for families in told:
        for name, text, kind, samples in families:
            metric = found.setdefault(name, Metric(name, text, kind))
            for sample in samples:
                metric.add_sample(*sample)
    return [*found.values()]
