"""The commands for annotated corpora: check the marks, measure the coder on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detente.cli.coding import chosen_coder, coder_options
from detente.cli.streams import count
from detente.errors import DataError, InputError

if TYPE_CHECKING:
    from detente.corpus import Sample
    from detente.evaluate import Evaluation


@click.group(short_help="Check an annotated corpus.")
def corpus() -> None:
    """Work with an annotated corpus in the line format of docs/corpus.md.

    \b
    Example:
      detente corpus check corpus/
    """


@corpus.command(short_help="Check the marks of a corpus.")
@click.argument("folder", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Check a corpus file, or all .txt files under a folder: each fault is named with file, line and cure.

    \b
    Example:
      detente corpus check corpus/
    """
    samples = list(_read_samples(folder))
    reports = sum(s.is_report for s in samples)
    mentions = sum(len(s.mentions) for s in samples)
    sentences = count(len(samples) - reports, "sentence")
    click.echo(f"{sentences}, {count(reports, 'report')}, {count(mentions, 'mention')}: no fault")


@click.command(name="eval", short_help="Measure the coder on an annotated corpus.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--confusion", is_flag=True, help="Also count which types were taken for which others.")
@click.option("--confidence", is_flag=True, help="Also count how many are right at each confidence.")
@click.option("--worst", metavar="N", type=click.IntRange(0), default=0, help="Also list N sure errors.")
@coder_options
def evaluate(folder: Path, confusion: bool, confidence: bool, worst: int, **chosen: Any) -> None:
    """Code an annotated corpus and compare with what is marked in it, its sentences apart from whole reports.

    'triggers' asks for the right word, 'typed' for the right type too, 'mentions' for the parties as well;
    'status' is over the mentions found; 'silence' is the share of sentences without an event in which
    nothing is said to have happened. All in per cent.

    \b
    Example:
      detente eval corpus/test
      detente eval corpus/test --coder nli --model models/my-nli
    """
    from detente.evaluate import evaluate_samples

    samples = list(_read_samples(folder))
    with chosen_coder(**chosen) as coder:
        for what in ("sentence", "whole report"):
            part = [s for s in samples if s.is_report == (what == "whole report")]
            if part:
                found = evaluate_samples(part, coder)
                click.echo(f"{count(len(part), what)}:")
                _show_figures(found)
                if confidence:
                    _show_calibration(found)
                _show_errors(found, confusion, worst)


def _show_calibration(found: Evaluation) -> None:
    click.echo("\nconfidence  mentions  mean  right in type, parties and status")
    for low, high, number, mean, share in found.calibration():
        click.echo(f"{low:.2f}-{min(high, 1):.2f} {number:10} {mean:5.2f}  {share:.2f}")


def _show_errors(found: Evaluation, confusion: bool, worst: int) -> None:
    if confusion:
        click.echo("\nmarked → coded, how often:")
        for (marked, coded), number in found.confusions.most_common():
            if marked != coded:
                click.echo(f"{number:5}  {marked} → {coded}")
    if worst:
        click.echo("\nThe errors that the coder was surest of:")
    for miss in found.worst(worst):
        m = miss.coded
        sides = (", ".join(p.text for p in side) or "-" for side in (m.actor, m.recipient))
        click.echo(f"\n{miss.sample} ({m.confidence:.2f}): {m.sentence}")
        click.echo(f"  coded   {m.trigger.text}: {m.type} {m.status} | {' > '.join(sides)}")
        click.echo(f"  marked  {miss.marked or 'nothing'}")


def _show_figures(found: Evaluation) -> None:
    click.echo(f"{'':12}{'precision':>10}{'recall':>8}{'F1':>7}")
    for name in ("triggers", "typed", "mentions", "statements"):
        tally = getattr(found, name)
        click.echo(f"{name:12}{tally.precision:10.1f}{tally.recall:8.1f}{tally.f1:7.1f}")
    click.echo(f"{'status':12}{found.status_accuracy:10.1f}")
    if found.empty:
        click.echo(f"{'silence':12}{found.silence:10.1f}")


def _read_samples(folder: Path) -> Iterator[Sample]:
    """The samples of a corpus; at the end raises InputError when any was faulty, each named on stderr."""
    from detente.corpus import check_corpus

    if not folder.exists():
        raise InputError(str(folder), "there is no such file or folder", "Check the name")
    faults = samples = 0
    for found in check_corpus(folder):
        if isinstance(found, DataError):
            click.echo(f"detente: {found}", err=True)
            faults += 1
        else:
            samples += 1
            yield found
    if faults or not samples:
        fault = f"has {count(faults, 'faulty block')}" if faults else "holds no corpus files (.txt)"
        raise InputError(str(folder), fault, "See docs/corpus.md for the format")
