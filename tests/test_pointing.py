"""Descriptions that point back keep to their own paragraph where it names enough."""

from __future__ import annotations

import pytest

from detente.who import find_actors

PAIR = "Mali and Niger met in Gao. The two sides failed to agree."
# text of several paragraphs, a description in the last, the codes it means
POINTERS = [
    (PAIR + "\n\nPeru expelled the envoy of Chile. Chile was furious. Both neighbours recalled their men.",
     "Both neighbours", {"PER", "CHL"}),
    (PAIR + "\n\nPeru met Chile in Lima. Both sides agreed on a date.", "Both sides", {"PER", "CHL"}),
    (PAIR + "\n\nOn Friday France urged both sides to try again.", "both sides", {"MLI", "NER"}),
    ("France expelled the Russian ambassador in May.\n\nIn Rome, Italy summoned the Libyan envoy. "
     "The ambassador accused Italy of spying.", "The ambassador", {"LBY"}),
    ("France expelled the Russian ambassador in May.\n\nThe ambassador accused the police of spying.",
     "The ambassador", {"RUS"}),
    ("Iran bombed Iraq, Reuters reported, citing the army.", "the army", {"IRN"}),
    ("The Hamas-run health ministry counted nine dead in an Israeli raid.", "The Hamas-run health ministry",
     {"NSA:HAMAS"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "codes"), POINTERS)
def test_whom_a_description_means(text: str, words: str, codes: set[str]) -> None:
    assert {p.code for p in find_actors(text) if p.text == words} == codes
