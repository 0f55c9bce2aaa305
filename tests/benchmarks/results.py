"""The figures that are kept: `results.json`, and `RESULTS.md` which is written from it."""

import json
import math
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.frame import Figure

HERE = Path(__file__).parent
JSON = "results.json"
MARKDOWN = "RESULTS.md"
COLUMNS = ("what", "yardstick", "ours", "theirs", "ratio", "wanted", "met", "ratio by round")
_HEAD = """# Results

Written by `make bench` from `results.json`; [README.md](README.md) says what is measured and how.
Each figure is the median over the rounds, in which ours and the yardstick take turns; the ratio is
ours by theirs, and the last column has its smallest and largest value of one round. Ratios and
processor time travel between machines; the rest does not.
"""

Row = dict[str, Any]
Kept = dict[str, dict[str, Row]]


def read(folder: Path = HERE) -> Kept:
    """What is kept: rows by bench and by what they measure."""
    file = folder / JSON
    return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}


def keep(bench: str, figures: list[Figure], run: Row, folder: Path = HERE) -> None:
    """Put these figures in the place of the bench's old ones; `run`: when, where, of which code."""
    rows = {f"{one.what} | {one.yardstick}": row(one) | run for one in figures}
    kept = read(folder) | {bench: rows}
    text = json.dumps(kept, indent=1, ensure_ascii=False)
    (folder / JSON).write_text(text + "\n", "utf-8")


def write(order: list[str], folder: Path = HERE) -> None:
    """Write the table anew, the benches in this order."""
    kept = read(folder)
    parts = [_HEAD, *(_section(name, [*kept[name].values()]) for name in order if name in kept)]
    (folder / MARKDOWN).write_text("\n".join(parts), "utf-8")


def row(figure: Figure) -> Row:
    """A figure as it is kept."""
    least, most = figure.spread()
    return {
        "what": figure.what,
        "yardstick": figure.yardstick,
        "unit": figure.unit,
        "ours": median(figure.ours),
        "theirs": median(figure.theirs) if figure.theirs else None,
        "ratio": _number(figure.ratio()),
        "ratio_least": _number(least),
        "ratio_most": _number(most),
        "wanted": figure.target,
        "at_most": figure.at_most,
        "met": figure.is_met(),
        "note": figure.note,
        "ours_by_round": figure.ours,
        "theirs_by_round": figure.theirs,
    }


def cells(one: Row) -> list[str]:
    """A kept row, as the table shows it."""
    unit = one["unit"]
    return [
        one["what"],
        one["yardstick"] or "–",
        f"{told(one['ours'])} {unit}",
        "–" if one["theirs"] is None else f"{told(one['theirs'])} {unit}",
        told(one["ratio"]),
        _wanted(one),
        {True: "yes", False: "no", None: "–"}[one["met"]],
        "–" if one["ratio"] is None else f"{told(one['ratio_least'])} to {told(one['ratio_most'])}",
    ]


def told(value: float | None) -> str:
    """A number with three digits that matter."""
    if value is None:
        return "–"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def _wanted(one: Row) -> str:
    if one["wanted"] is None:
        return "–"
    bound = "at most" if one["at_most"] else "at least"
    return f"{bound} {one['wanted']:g}" + ("" if one["theirs"] is not None else f" {one['unit']}")


def _section(name: str, rows: list[Row]) -> str:
    lines = [f"## {name}", "", _line(COLUMNS), _line(["---"] * len(COLUMNS))]
    lines += [_line(cells(one)) for one in rows]
    lines += ["", _origin(rows[0]), *_notes(rows)] if rows else []
    return "\n".join([*lines, ""])


def _line(texts: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(text.replace('|', '·') for text in texts)} |"


def _origin(one: Row) -> str:
    machine = one["machine"]
    commit = f", commit {one['commit']}" if one["commit"] else ""
    return (
        f"{one['date']}, {one['rounds']} rounds{commit}; {machine['cores']} cores "
        f"({machine['processor']}), Python {machine['python']}, Linux {machine['kernel']}, "
        f"load average before: {machine['load']}."
    )


def _notes(rows: list[Row]) -> list[str]:
    noted = [f"- {one['what']}, {one['yardstick']}: {one['note']}" for one in rows if one["note"]]
    return ["", *noted] if noted else []


def _number(value: float) -> float | None:
    # JSON knows no "not a number".
    return None if math.isnan(value) else round(value, 4)
