"""`python -m server`: the same commands as `sparekey`."""

from server.cli import app

if __name__ == "__main__":
    app(prog_name="sparekey")
