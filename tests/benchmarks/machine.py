"""What the machine is, and what a process of it uses."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

_PROC = Path("/proc")
_MEASURED = ("models", "schema", "server")
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used, its living and ended children included."""
    return sum(_ticks(one) for one in _family(pid)) / _TICKS


def rss_kb(pid: int) -> int:
    """The memory that a process and its children hold, in kB; shared pages count once for each."""
    return sum(_resident(one) for one in _family(pid))


def busy_seconds() -> float:
    """The processor time that anything on the machine has used since it was started."""
    user, nice, system, _, _, *others = map(int, _spent().split()[1:8])
    return (user + nice + system + sum(others)) / _TICKS


def described() -> dict[str, object]:
    """What a figure depends on beside the code: the machine, and how busy it was."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "load": round(os.getloadavg()[0], 2),
    }


def today() -> str:
    """The date of a run."""
    return datetime.now(UTC).date().isoformat()


def commit() -> str:
    """The commit that is measured; `+` where that was changed since; empty without git."""
    try:
        changed = _git("status", "--short", "--", *_MEASURED)
        return _git("rev-parse", "--short", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(Path(__file__).parents[2]), *arguments]
    found = subprocess.run(command, capture_output=True, check=True, text=True)
    return found.stdout.strip()


def _family(pid: int) -> list[int]:
    children = (_PROC / str(pid) / "task").glob("*/children")
    found = [int(child) for one in children for child in one.read_text().split()]
    return [pid, *(member for child in found for member in _family(child))]


def _spent() -> str:
    return (_PROC / "stat").read_text().partition("\n")[0]


def _ticks(pid: int) -> int:
    # The name in brackets may hold blanks. After it, counted from 3: utime is the 14th, and so on.
    after_name = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return sum(int(one) for one in after_name[11:15])


def _resident(pid: int) -> int:
    lines = (_PROC / str(pid) / "status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def _processor() -> str:
    lines = (_PROC / "cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
