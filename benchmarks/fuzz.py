"""Reads, tags, codes and stores odd inputs for as long as it is told to, and says how many it tried.

Run as `python -m benchmarks.fuzz [MINUTES]`, or with names of checks in tests/hostile.py after the minutes.
Each check runs for the same time, on new inputs in every run; the first input that a check fails on is made
small and printed. With `--guided NAME`, Atheris (`pip install -e '.[fuzz]'`; Linux) steers the inputs of one
check by the code that they reach.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
import traceback
from collections.abc import Callable
from types import FunctionType
from typing import Any

from hypothesis import HealthCheck, given, seed, settings

from tests.hostile import CHECKS, Check

ROUND = 100  # inputs between looks at the clock
LONG = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), max_examples=ROUND)


def make_test(check: Check, tried: Callable[[], None]) -> Any:
    """The check as a Hypothesis test; `tried` is called for each input."""

    @LONG
    @given(odd=check.inputs())
    def run(odd: Any) -> None:
        tried()
        check(odd)

    return run


def run_for(name: str, seconds: float, first: int) -> bool:
    """Runs one check for some seconds, prints how many inputs it took, and says whether all passed."""
    tried = 0

    def count() -> None:
        nonlocal tried
        tried += 1

    start = time.monotonic()
    number = first
    while time.monotonic() - start < seconds:
        try:
            seed(number)(make_test(CHECKS[name], count))()
        except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
            traceback.print_exc()
            print(f"{name}: FAILED with the seed {number} after {tried:,} inputs", flush=True)
            return False
        number += 1
    print(f"{name}: {tried:,} inputs in {time.monotonic() - start:.0f} s, none failed", flush=True)
    return True


def run_guided(name: str, minutes: float) -> None:
    """Has Atheris look for inputs that reach new code of detente; ends at the first that fails."""
    import atheris

    for known in gc.get_objects():
        if isinstance(known, FunctionType) and str(known.__module__).startswith("detente."):
            atheris.instrument_func(known)
    test = make_test(CHECKS[name], lambda: None)
    limits = f"-max_total_time={60 * minutes:.0f}", "-max_len=8192", "-len_control=0", "-rss_limit_mb=4096"
    atheris.Setup([*sys.argv[:1], *limits], test.hypothesis.fuzz_one_input)
    atheris.Fuzz()  # ends the process


def main() -> None:
    """Runs the checks named, or all; leaves with 1 where one failed."""
    parser = argparse.ArgumentParser(description="Try odd inputs.")
    parser.add_argument("minutes", nargs="?", type=float, default=5.0)
    parser.add_argument("names", nargs="*", choices=[*CHECKS, []])
    parser.add_argument("--guided", choices=CHECKS, metavar="NAME")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    if given.guided:
        run_guided(given.guided, given.minutes)
    names = given.names or list(CHECKS)
    passed = [run_for(name, 60 * given.minutes / len(names), given.seed) for name in names]
    sys.exit(not all(passed))


if __name__ == "__main__":
    main()
