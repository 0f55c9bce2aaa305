"""`websockets.broadcast`: the same bytes to all who are connected, and nothing else."""

import argparse
import json

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.benchmarks.load import publishing


async def main(port: int, control: str) -> None:
    """Serve until ended."""
    connected: set[ServerConnection] = set()

    async def follow(socket: ServerConnection) -> None:
        connected.add(socket)
        try:
            await socket.wait_closed()
        finally:
            connected.discard(socket)

    def publish(number: int, mark: str) -> None:
        data = {"recoveryQueueEvents": publishing.event(mark)}
        message = {"id": "1", "type": "next", "payload": {"data": data}}
        broadcast(connected, json.dumps(message, separators=(",", ":")))

    async with (
        await publishing.listen(control, publish),
        serve(follow, "127.0.0.1", port, compression=None) as server,
    ):
        await server.wait_closed()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--control", required=True)
    given = parser.parse_args()
    uvloop.run(main(given.port, given.control))
