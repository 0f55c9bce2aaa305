"""`python -m tests.benchmarks.hooked <module> serve …`: `sparekey` with a part of it replaced."""

import importlib
import sys

from server.cli import app

if __name__ == "__main__":
    importlib.import_module(sys.argv.pop(1)).install()
    app(prog_name="sparekey")
