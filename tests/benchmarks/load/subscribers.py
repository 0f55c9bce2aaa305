"""Many sockets that listen: `subscribers.c`, as a process that is told what to measure."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.load import program
from tests.benchmarks.load.publishing import DOCUMENT

INIT: dict[str, object] = {"type": "connection_init"}


@dataclass(frozen=True)
class Heard:
    """What came of the events of one measurement. Times from publishing, in milliseconds.

    `let_go`: how many of the stalled the server closed. `cpu` is the client's part of one core.
    """

    events: int
    messages: int
    lost: int
    doubled: int
    disordered: int
    failed: int
    closed: int
    let_go: int
    per_second: float
    p50: float
    p99: float
    longest: float
    bytes: float
    cpu: float

    def whole(self) -> "Heard":
        """Itself; fails where something did not come, or not as it should."""
        wrong = self.lost, self.doubled, self.disordered, self.failed, self.closed
        assert self.messages and not any(wrong), self
        return self


class Subscribers:
    """Open sockets."""

    def __init__(self, client: "subprocess.Popen[str]") -> None:
        self._client = client

    def paced(self, rate: float, seconds: float) -> Heard:
        """So many events a second."""
        return self._told(f"paced {rate} {seconds}")

    def full(self, seconds: float, window: int = 4) -> Heard:
        """As many events as can be delivered: `window` are under way at any time."""
        return self._told(f"full {window} {seconds}")

    def hear(self, events: int, seconds: float) -> None:
        """Wait for so many events that somebody else publishes: `answer` tells of them."""
        self._say(f"hear {events} {seconds}")

    def enough(self, events: int) -> None:
        """So many are all that `hear` should wait for."""
        self._say(f"enough {events}")

    def answer(self) -> Heard:
        """The next report."""
        return Heard(**json.loads(self.line()))

    def line(self) -> str:
        """What the client says next."""
        assert self._client.stdout
        said = self._client.stdout.readline()
        assert said, "The subscribers are gone."
        return said

    def _told(self, command: str) -> Heard:
        self._say(command)
        return self.answer()

    def _say(self, command: str) -> None:
        assert self._client.stdin
        self._client.stdin.write(command + "\n")


@contextmanager
def subscribers(
    port: int,
    sockets: int,
    folder: Path,
    control: Path | None,
    inits: Sequence[object] = (INIT,),
    stalled: int = 0,
    document: str = DOCUMENT,
) -> Iterator[Subscribers]:
    """So many sockets at /graphql, each subscribed once; closed with the block.

    `folder` is for our files. `control`: see `publishing`. `inits`: their first messages, in turn;
    without any they say nothing at all. `stalled`: how many of them never read.
    """
    message = {"id": "1", "type": "subscribe", "payload": {"query": document}}
    files = [folder / "inits", folder / "subscribe"] if inits else ["", ""]
    for file, lines in zip(files, (inits, [message]), strict=True):
        if isinstance(file, Path):
            file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = [program("subscribers"), port, "/graphql", sockets, stalled, control or "", *files]
    words = [str(one) for one in command]
    client = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        one = Subscribers(client)
        assert one.line() == "ready\n"
        yield one
    finally:
        client.kill()
        client.communicate()
