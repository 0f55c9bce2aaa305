"""The figures: what they come to, and that each bench keeps to its own rows."""

import math
from pathlib import Path

from tests.benchmarks import results
from tests.benchmarks.frame import Figure

RUN = {
    "date": "2030-01-31",
    "rounds": 3,
    "commit": "abc",
    "machine": {"cores": 2, "processor": "P", "python": "3", "kernel": "6", "load": 0.5},
}


def figure(ours: list[float], theirs: list[float], at_most: bool = False) -> Figure:
    return Figure("a query", "a peer", ours, theirs, "1/s", 0.5, at_most)


class TestFigure:
    def test_the_ratio_is_that_of_the_medians(self) -> None:
        one = figure([1.0, 6.0, 5.0], [10.0, 10.0, 20.0])
        assert one.ratio() == 0.5
        assert one.spread() == (0.1, 0.6)

    def test_a_target_is_a_bound_below_or_above(self) -> None:
        assert figure([5.0], [10.0]).is_met()
        assert not figure([4.9], [10.0]).is_met()
        assert not figure([5.1], [10.0], at_most=True).is_met()

    def test_without_a_yardstick_the_value_itself_is_bounded(self) -> None:
        one = figure([0.4], [], at_most=True)
        assert one.is_met()
        assert math.isnan(one.ratio())


class TestResults:
    def test_a_bench_that_is_run_again_replaces_its_own_rows_only(self, tmp_path: Path) -> None:
        results.keep("one", [figure([1.0], [2.0])], RUN, tmp_path)
        results.keep("other", [figure([3.0], [4.0])], RUN, tmp_path)
        again = Figure("another query", "a peer", [5.0], [6.0], "ms", None, at_most=True)
        results.keep("one", [again], RUN, tmp_path)
        kept = results.read(tmp_path)
        assert [row["ours"] for row in kept["one"].values()] == [5.0]
        assert [row["ours"] for row in kept["other"].values()] == [3.0]

    def test_the_table_shows_what_was_wanted_and_whether_it_is_met(self, tmp_path: Path) -> None:
        results.keep("one", [figure([1.0, 2.0], [4.0, 4.0])], RUN, tmp_path)
        results.write(["one"], tmp_path)
        lines = (tmp_path / results.MARKDOWN).read_text("utf-8").splitlines()
        row = "| a query | a peer | 1.50 1/s | 4.00 1/s | 0.375 | at least 0.5 | no "
        assert any(line.startswith(row) for line in lines)

    def test_a_figure_without_a_yardstick_is_shown(self, tmp_path: Path) -> None:
        results.keep("one", [figure([1.0], [])], RUN, tmp_path)
        results.write(["one"], tmp_path)
        text = (tmp_path / results.MARKDOWN).read_text("utf-8")
        assert "| 1.00 1/s | – | – | at least 0.5 1/s | yes | – |" in text
