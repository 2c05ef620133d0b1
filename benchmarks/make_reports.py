"""Reports for measuring speed: made from patterns, varied, and the same for the same number each time.

They are made up like agency reports: a lead, acts with dates, places and sources, and about as many
sentences of background that tell no act. They measure speed only; what is coded in them says nothing
of accuracy.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta

from detente.read import read_text
from detente.records import Report
from detente.serial import to_dict

FIRST, DAYS = date(1994, 1, 1), 9_000
SIDES = (
    ("Peru", "Lima"), ("Ecuador", "Quito"), ("Egypt", "Cairo"), ("Ethiopia", "Addis Ababa"),
    ("Turkey", "Ankara"), ("Greece", "Athens"), ("India", "New Delhi"), ("Pakistan", "Islamabad"),
    ("Armenia", "Yerevan"), ("Azerbaijan", "Baku"), ("South Korea", "Seoul"), ("North Korea", "Pyongyang"),
    ("Kenya", "Nairobi"), ("Somalia", "Mogadishu"), ("Chile", "Santiago"), ("Bolivia", "La Paz"),
    ("Norway", "Oslo"), ("Russia", "Moscow"), ("Morocco", "Rabat"), ("Algeria", "Algiers"),
)  # fmt: skip
ACTS = (
    "{a} rejected {b}'s offer to reopen {thing}.",
    "{a} proposed talks with {b} on {thing}, to be held in {place} {when}.",
    "{A} said it would close {thing} unless {b} withdrew its troops.",
    "Envoys of {a} and {b} met in {place} {when} and agreed to go on talking about {thing}.",
    "{a} accused {b} of shelling villages near {place}, which {B} denied.",
    "{a}'s foreign minister thanked {b} for releasing {number} fishermen.",
    "{a} expelled {number} diplomats of {b} {when}.",
    "The president of {b} demanded that {a} pay for the damage to {thing}.",
    "{a} imposed sanctions on {number} companies of {b} over {thing}.",
    "{a} sent {number} tonnes of rice to {b} after the floods around {place}.",
    "An analyst in {place} expects that {a} will probably lift the ban on goods from {b} {when}.",
    "Soldiers of {a} fired on a patrol of {b} {when}, and {number} men were wounded.",
    "{a} may yet ask {b} for help with {thing}, an official in {A} said.",
    "Thousands marched in {A} against the agreement with {b}.",
)
BACKGROUND = (
    "The river has been the border for {number} years, and nobody remembers who drew it.",
    "Prices in the markets of {place} have doubled since the spring.",
    "The road to {place} is narrow, and lorries wait for hours in the dust.",
    "Few of the people who live along the line have ever seen a map of it.",
    "The dispute over {thing} is older than most of those who argue about it.",
    "About {number} families depend on the traffic, and most of them keep a second shop inland.",
    "It was a quiet week by the standards of the region.",
    "The weather station at {place} measured {number} millimetres of rain.",
    "Traders like to say that paper travels slower than salt.",
    "Old photographs of {thing} hang in the hall of the ministry in {A}.",
    "What the two capitals share is a taste for long statements.",
)
THINGS = (
    "the border crossing", "the northern railway", "the gas pipeline", "the fishing grounds", "the old dam",
    "the free-trade zone", "the disputed islands", "the joint court", "the customs post", "the air corridor",
)  # fmt: skip
PLACES = tuple("Geneva Vienna Nairobi Cairo Doha Helsinki Bangkok Dakar Tunis Montevideo".split())
WHENS = ("on Monday", "on Thursday", "next week", "last month", "in early {month}", "by the end of {month}")
MONTHS = ("January", "March", "May", "July", "September", "November")


def make_reports(number: int, seed: int = 0, first: int = 0) -> Iterator[Report]:
    """So many reports of 8 to 30 sentences, from number `first` on; that of a number is always the same."""
    for index in range(first, first + number):
        yield make_report(random.Random(f"{seed}:{index}"), index)


def make_report(chance: random.Random, index: int) -> Report:
    """One report about two sides, whose words `chance` picks."""
    (a, capital_a), (b, capital_b) = chance.sample(SIDES, 2)
    day = FIRST + timedelta(days=chance.randrange(DAYS))

    def sentence(patterns: tuple[str, ...]) -> str:
        swapped = chance.random() < 0.4
        words = {
            "a": b if swapped else a, "A": capital_b if swapped else capital_a,
            "b": a if swapped else b, "B": capital_a if swapped else capital_b,
            "thing": chance.choice(THINGS), "place": chance.choice(PLACES),
            "number": str(chance.randrange(3, 900)),
            "when": chance.choice(WHENS).format(month=chance.choice(MONTHS)),
        }  # fmt: skip
        made = chance.choice(patterns).format(**words)
        return made[0].upper() + made[1:]

    def paragraph() -> str:
        kinds = (ACTS if chance.random() < 0.5 else BACKGROUND for _ in range(chance.randrange(2, 5)))
        return " ".join(map(sentence, kinds))

    paragraphs = [paragraph() for _ in range(chance.randrange(4, 8))]
    text = f"{sentence(ACTS)}\n\n" + "\n\n".join(paragraphs) + f"\n\n(Report no. {index}.)\n"
    return read_text(text, published=day, source="Made up", given_id=str(index))


def main() -> None:
    """Writes reports as JSON lines to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int, nargs="?", default=1000)
    for report in make_reports(parser.parse_args().number):
        told = to_dict(report)
        row = {"id": told["given_id"], **{k: told[k] for k in ("text", "published", "source")}}
        sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
