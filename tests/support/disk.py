"""Disks that are small, full or read-only: real ones, in a mount namespace of a command's own."""

import os
from pathlib import Path

_SMALL = 'mount -t tmpfs -o "size=$2" none "$1" && cp "$3" "$1" && shift 3 && exec "$@"'
_READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'


def small(folder: Path, size: str, holding: Path) -> list[str]:
    """What to put before a command: `folder` is a disk of that size then, with a copy of a file."""
    return [*_apart(_SMALL), str(folder), size, str(holding)]


def read_only(folder: Path) -> list[str]:
    """What to put before a command: nothing in `folder` can be written then."""
    return [*_apart(_READ_ONLY), str(folder)]


def seen_by(pid: int, path: Path) -> Path:
    """A path as that process sees it."""
    return Path(f"/proc/{pid}/root{path}")


def fill(folder: Path) -> Path:
    """Write until no space is left; returns the file that takes it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return filler


def _apart(script: str) -> list[str]:
    # Whoever is not root is so in a namespace of users.
    who = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", *who, "sh", "-c", script, "sh"]
