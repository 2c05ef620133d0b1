"""Prints how well forecasts are read and resolved: python -m corpus.measure_forecasts [--tuned]

Codes the reports of corpus/forecasts, reads their forecasts, merges their mentions and resolves the
forecasts as of the day that each file names. A marked prediction counts as found where a forecast's word, or
else its quote, overlaps the mark; all other shares are over those found, and the outcome also over all that
are marked. `--tuned` measures only the files that rules may be tuned on, also with predictions as they are
marked, and with the acts of acts.tsv in place of coded ones: what is then wrong is the resolver's fault.
"""

from __future__ import annotations

import sys
from pathlib import Path

from detente.forecasts.byhand import measure_by_hand, read_acts
from detente.forecasts.measure import ASPECTS, measure_files, read_files

FOLDER = Path(__file__).parent / "forecasts"


def main() -> None:
    """Measures both parts: the one that rules were tuned on, and the one kept from it."""
    files = list(read_files(FOLDER))
    for kept in (False,) if "--tuned" in sys.argv else (False, True):
        chosen = [f for f in files if f.kept == kept]
        tally = measure_files(chosen)
        part = "kept from tuning" if kept else "tuned on"
        print(f"{part}: {len(chosen)} files, {tally.found.gold:.0f} predictions")
        print(f"  found {tally.found.recall:.1f} (precision {tally.found.precision:.1f})")
        print("  " + "  ".join(f"{aspect} {tally.share(aspect):.1f}" for aspect in ASPECTS))
        print(f"  outcome, of all marked {tally.share('outcome', of_all=True):.1f}")
    if "--tuned" in sys.argv:
        chosen = [f for f in files if not f.kept]
        marked, told = measure_by_hand(chosen, read_acts(FOLDER / "acts.tsv", chosen))
        print(f"predictions as marked: outcome {marked.share('outcome'):.1f}")
        print(f"and acts by hand: outcome {told.share('outcome'):.1f}")


if __name__ == "__main__":
    main()
