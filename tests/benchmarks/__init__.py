"""Measurements, by hand: `python -m tests.benchmarks.NAME`. They are no part of `make test`."""
