"""What is held for a socket on which nothing happens, and that nothing is missed for it."""

import asyncio
import gc
import json
from typing import Any

import pytest
from websockets.frames import Frame, Opcode
from websockets.protocol import Side

from server.live.frames import Socket
from server.live.reading import Frames
from server.live.waiting import Gate, Messages
from tests.support import socket
from tests.support.databases import on_sqlite
from tests.support.served import Running
from tests.support.wire import INIT, hear, say


class TestReadingFrames:
    @pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
    def test_at_rest_only_between_frames(self, size: int) -> None:
        frames = Frames(Side.SERVER, max_size=None)
        data = _masked(Opcode.TEXT, b"x" * size)
        for end in {1, 2, 5, len(data) - 1} - {len(data)}:
            frames = Frames(Side.SERVER, max_size=None)
            frames.receive_data(data[:end])
            assert not frames.is_at_rest()
            frames.receive_data(data[end:])
            assert frames.is_at_rest() and len(frames.events_received()) == 1

    def test_not_amid_a_message(self) -> None:
        frames = Frames(Side.SERVER, max_size=None)
        frames.receive_data(_masked(Opcode.TEXT, b"a", fin=False))
        assert not frames.is_at_rest()
        frames.receive_data(_masked(Opcode.PING, b"b") + _masked(Opcode.CONT, b"c"))
        assert frames.is_at_rest()

    def test_not_when_it_closes(self) -> None:
        frames = Frames(Side.SERVER, max_size=None)
        frames.receive_data(_masked(Opcode.CLOSE, b"\x03\xe8"))
        assert not frames.is_at_rest()


class TestWaiting:
    async def test_messages_come_in_order(self) -> None:
        messages = Messages()
        assert messages.empty()
        waiting = messages.more()
        for number in range(3):
            messages.put_nowait(number)
        await asyncio.wait_for(waiting, 1)
        assert [messages.next() for _ in range(3)] == [0, 1, 2] and messages.empty()

    async def test_all_pass_a_gate_that_opens(self) -> None:
        gate = Gate()
        await asyncio.wait_for(gate.wait(), 1)
        gate.clear()
        waiting = [asyncio.create_task(gate.wait()) for _ in range(3)]
        await asyncio.sleep(0.01)
        assert not gate.is_set() and not any(one.done() for one in waiting)
        gate.clear()
        gate.set()
        await asyncio.wait_for(asyncio.gather(*waiting), 1)
        assert gate.is_set()


@on_sqlite
class TestSocket:
    async def test_holds_neither_handshake_nor_parser(self, served: Running) -> None:
        async with socket.opened(served.url, {"x-test": "handshake"}) as opened:
            await say(opened, INIT)
            await hear(opened)
            (held,) = [one for one in gc.get_objects() if isinstance(one, Socket)]
            assert held._conn is None and held.queue.empty()
            assert not any(hasattr(held, name) for name in ("request", "response", "scope"))
            assert not vars(held), "attributes outside of slots cost a dictionary"
            (scope,) = [one for one in gc.get_objects() if _is_scope(one)]
            assert not scope["headers"] and "fields" not in scope["state"]

    async def test_is_told_what_comes_in_pieces(self, served: Running) -> None:
        async with socket.opened(served.url, {}) as opened:
            await say(opened, INIT)
            await hear(opened)
            said = json.dumps({"type": "ping", "payload": {"a": "\u00e4" * 200}})
            await opened.send([said[:5], said[5:6], "", said[6:]])
            for byte in _masked(Opcode.TEXT, said.encode()):
                opened.transport.write(bytes((byte,)))
                await asyncio.sleep(0)
            for _ in range(2):
                assert (await hear(opened))["payload"] == {"a": "\u00e4" * 200}

    async def test_answers_pings_of_the_protocol(self, served: Running) -> None:
        async with socket.opened(served.url, {}) as opened:
            await say(opened, INIT)
            await hear(opened)
            await asyncio.wait_for(await opened.ping(b"there?"), 5)
            (held,) = [one for one in gc.get_objects() if isinstance(one, Socket)]
            held.send_keepalive_ping()
            async with asyncio.timeout(5):
                while held.pending_ping_payload is not None:
                    await asyncio.sleep(0.01)
            assert held._conn is None
            held.stop_keepalive()


def _masked(opcode: Opcode, data: bytes, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)


def _is_scope(one: Any) -> bool:
    return type(one) is dict and one.get("type") == "websocket" and "path" in one
