"""How far an author holds an event for a fact."""

from __future__ import annotations

import pytest

from detente.errors import UsageError
from detente.factuality import FACTUALITY, judge_factuality
from detente.records import Status

# sentence, word, and whether its event is held for a fact
FACTS: list[tuple[str, str, Status]] = [
    ("Russia expelled the ambassador.", "expelled", "happened"),
    ("Russia did not expel the ambassador.", "expel", "negated"),
    ("Russia may have expelled the ambassador.", "expelled", "hedged"),
    ("Russia will expel the ambassador.", "expel", "planned"),
    ("Russia failed to expel the ambassador.", "expel", "negated"),
    ("Russia denied expelling the ambassador.", "expelling", "denied"),
    ("If Russia expels the ambassador, war will follow.", "expels", "conditional"),
    ("Russia managed to expel the ambassador.", "expel", "happened"),
]


@pytest.mark.parametrize(("sentence", "word", "status"), FACTS)
def test_factuality(sentence: str, word: str, status: Status) -> None:
    start = sentence.index(word)
    assert judge_factuality(sentence, (start, start + len(word))) == FACTUALITY[status]


def test_factuality_is_ordered() -> None:
    assert FACTUALITY["happened"] > FACTUALITY["hedged"] > FACTUALITY["negated"]
    assert all(-3 <= number <= 3 for number in FACTUALITY.values())


@pytest.mark.parametrize("span", [(-1, 3), (3, 3), (5, 2), (0, 999)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="outside"):
        judge_factuality("Russia expelled him.", span)
