"""Work on processes: order, limits of time, and what happens when a process dies."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from detente.pool import OutOfTimeError, limit_time, share_out

POSIX = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs POSIX signals")


def double_or_die(items: Sequence[str | Path]) -> list[str]:
    """Work that doubles words; 'die' ends its process each time, a path as long as no file is there."""
    for item in items:
        if item == "die":
            os._exit(1)
        if isinstance(item, Path) and not item.exists():
            item.touch()
            os.kill(os.getpid(), signal.SIGTERM)
    return [str(item) * 2 for item in items]


def test_results_come_in_order_and_no_death_loses_any(tmp_path: Path) -> None:
    once = tmp_path / "once"
    batches: list[list[str | Path]] = [["a", "die", "b"], ["c", once], ["d"], ["e", "f"], ["die"]]
    done = list(share_out(double_or_die, batches, workers=2))
    assert [item for item, _ in done] == [item for batch in batches for item in batch]
    assert [result for _, result in done] == [
        "aa", None, "bb", "cc", f"{once}{once}", "dd", "ee", "ff", None,
    ]  # fmt: skip


def test_batches_are_taken_as_they_are_worked_on() -> None:
    taken = []

    def hand_out() -> object:
        for number in range(20):
            taken.append(number)
            yield [str(number)]

    found = share_out(double_or_die, hand_out(), workers=1)  # type: ignore[arg-type]
    assert next(found) == ("0", "00")
    found.close()  # type: ignore[attr-defined]
    assert len(taken) <= 3


def sleep_through_errors() -> None:
    """What a limit must end although the code on the way holds back all errors."""
    with limit_time(0.05):
        try:
            time.sleep(5)
        except Exception:  # noqa: BLE001
            time.sleep(5)


@POSIX
def test_what_takes_too_long_is_stopped() -> None:
    before = signal.getsignal(signal.SIGALRM)
    started = time.monotonic()
    with pytest.raises(OutOfTimeError):
        sleep_through_errors()
    assert time.monotonic() - started < 2
    assert signal.getsignal(signal.SIGALRM) is before


@POSIX
def test_what_ends_in_time_is_left_alone() -> None:
    with limit_time(0.05):
        pass
    time.sleep(0.06)


def sleep_unheeding(items: Sequence[float]) -> list[float]:
    """Work that doesn't heed the limit of time."""
    for seconds in items:
        with limit_time(0.1, ends_process=True):
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
            time.sleep(seconds)
    return list(items)


@POSIX
def test_what_does_not_heed_the_limit_is_ended_with_its_process() -> None:
    assert list(share_out(sleep_unheeding, [[0.01], [60.0], [0.02]], workers=1)) == [
        (0.01, 0.01), (60.0, None), (0.02, 0.02),
    ]  # fmt: skip
