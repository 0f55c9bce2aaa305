"""How a yardstick in Python is served: by uvicorn, as ours or as uvicorn comes."""

import argparse

import uvicorn
from starlette.types import ASGIApp

from server.http.listening import OPTIONS


def arguments() -> argparse.ArgumentParser:
    """What each yardstick is told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--as-ours", action="store_true", help="listen with our bounds and parser")
    return parser


def serve(app: ASGIApp, given: argparse.Namespace) -> None:
    """Listen until told to stop."""
    if given.as_ours:
        uvicorn.run(app, port=given.port, **OPTIONS)
    else:
        uvicorn.run(app, port=given.port, access_log=False, log_level="warning")
