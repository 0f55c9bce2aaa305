"""Argon2id with our parameters and nothing else, on all cores: prints hashes per second."""

import argparse
import os
import time
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher

from tests.benchmarks import enrolled

HASHER = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, required=True)
    given = parser.parse_args()
    hashed = HASHER.hash(enrolled.PASSWORD)
    cores = len(os.sched_getaffinity(0))
    # As our pool does: what else the machine is busy with takes as much from both.
    os.nice(19)
    begun = time.perf_counter()

    def loop(_: int) -> int:
        done = 0
        while time.perf_counter() < begun + given.seconds:
            assert HASHER.verify(hashed, enrolled.PASSWORD)
            done += 1
        return done

    with ThreadPoolExecutor(cores) as threads:
        done = sum(threads.map(loop, range(cores)))
    print(done / (time.perf_counter() - begun))  # noqa: T201 # its answer


if __name__ == "__main__":
    main()
