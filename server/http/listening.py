"""How uvicorn listens, whoever starts it."""

from typing import Any, TypedDict

from server.http.limits import BODY_BYTES, HEADER_BYTES
from server.http.listener import Listener
from server.live.frames import Socket


class Options(TypedDict):
    """What uvicorn is told."""

    lifespan: Any
    http: Any
    ws: Any
    ws_per_message_deflate: bool
    ws_max_size: int
    h11_max_incomplete_event_size: int
    proxy_headers: bool
    server_header: bool
    access_log: bool
    log_config: None


OPTIONS: Options = {
    "lifespan": "on",
    "http": Listener,
    "ws": Socket,
    "ws_per_message_deflate": False,
    "ws_max_size": BODY_BYTES,
    "h11_max_incomplete_event_size": HEADER_BYTES,
    # Proxies are trusted by SPAREKEY_TRUSTED_PROXIES alone.
    "proxy_headers": False,
    "server_header": False,
    "access_log": False,
    "log_config": None,
}
