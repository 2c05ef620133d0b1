"""Looks for regular expressions of detente whose time grows faster than the text that they search.

Run as `python -m tests.regexes`: it prints those that are slow, with the text that they are slow on, and
leaves with 1. Every expression that is compiled while all modules are imported, all tables loaded and the
examples coded is taken apart, and texts are made of what each of its repetitions can match, over and over,
ending in what it can't.
"""

from __future__ import annotations

import ast
import random
import re
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from pkgutil import walk_packages
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as sre  # type: ignore[attr-defined]
from typing import Any

from tests.hostile import TooSlow, within

ROOT = Path(__file__).parents[1] / "detente"
WIDE = 50  # repetitions from which an expression can be slow
SHORT, LONG = 1000, 4000  # characters of the texts
SLOW = 0.03  # seconds of processor time for LONG, on which a linear one takes some 0.0001
GROWTH = 8  # the time for LONG beside that for SHORT: 4 where it is linear, 16 where it is quadratic
LETTERS = " aA1.,\n\"'-—zé(:;xE\t\0%_"
BAD_END = "\x01"
# where text is a sentence of 1,200 characters at most, a line of 2,000, the 200 before a date, 4,096 bytes, or
# the project's own
BOUNDED = {"dating.py", "deadlines.py", "event.py", "decode.py", "furniture.py", "measure.py"}
CLASSES = {
    op.CATEGORY_DIGIT: str.isdigit,
    op.CATEGORY_SPACE: str.isspace,
    op.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    op.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
    op.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    op.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
Attack = tuple[str, str]  # what stands first, and what is repeated after it


def fits(items: list[Any], char: str) -> bool:
    """Whether a character is in a set of the parsed expression."""
    found = False
    for kind, value in items:
        if kind is op.LITERAL:
            found |= ord(char) == value
        elif kind is op.RANGE:
            found |= value[0] <= ord(char) <= value[1]
        elif kind is op.CATEGORY:
            found |= CLASSES[value](char)
    return found != (items[0][0] is op.NEGATE)


class Sampler:
    """Writes a text that an expression matches, and notes what could be repeated in it, and after what."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.groups: dict[int, str] = {}
        self.repeats: list[Attack] = []

    def write(self, tree: Iterable[Any], before: str = "") -> str:
        """A text for a sequence of parts."""
        out = ""
        for kind, value in tree:
            out += self.part(kind, value, before + out)
        return out

    def part(self, kind: Any, value: Any, before: str) -> str:
        """A text for one part; '' for what only looks around."""
        if kind is op.LITERAL:
            return chr(value)
        if kind is op.NOT_LITERAL:
            return self.random.choice([c for c in LETTERS if ord(c) != value])
        if kind is op.ANY:
            return self.random.choice("a .")
        if kind is op.IN:
            usual = [c for c in LETTERS if fits(value, c)]
            return (
                self.random.choice(usual)
                if usual
                else next(c for c in map(chr, range(0xFFFF)) if fits(value, c))
            )
        if kind is op.BRANCH:
            return self.write(self.random.choice(value[1]), before)
        if kind is op.SUBPATTERN:
            self.groups[value[0]] = self.write(value[-1], before)
            return self.groups[value[0]]
        if kind is op.ATOMIC_GROUP:
            return self.write(value, before)
        if kind in REPEATS:
            return self.repeat(*value, before)
        return self.groups.get(value, "") if kind is op.GROUPREF else ""

    def repeat(self, least: int, most: int, body: Any, before: str) -> str:
        """A text for something repeated."""
        once = self.write(body, before)
        if most > 1 and once:
            self.repeats.append((before, once))
        return once * max(least, self.random.choice([least, 1]))


def parts(tree: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    """All parts of a parsed expression, at every depth."""
    for kind, value in tree:
        yield kind, value
        for inner in value if isinstance(value, tuple) else [value]:
            for seq in inner if isinstance(inner, list) else [inner]:
                if isinstance(seq, sre.SubPattern):
                    yield from parts(seq)


def find_attacks(pattern: re.Pattern[Any], tries: int = 2) -> set[Attack]:
    """Texts on which the expression could be slow; none where nothing in it is repeated often."""
    tree = sre.parse(pattern.pattern, pattern.flags)
    if not any(kind in REPEATS and value[1] >= WIDE for kind, value in parts(tree)):
        return set()
    found: set[Attack] = {("", char) for char in " a1.\n"}
    for seed in range(tries):
        sampler = Sampler(seed)
        whole = sampler.write(tree)
        found |= {("", whole), ("", whole[:-1])}
        for before, once in sampler.repeats:
            found |= {(before, once), ("", once), ("", before + once), ("", before)}
    return {attack for attack in found if attack[1]}


def take_time(pattern: re.Pattern[Any], way: str, attack: Attack, length: int) -> float:
    """Seconds of processor time on a text of about that length; infinite from a second on."""
    before, once = attack
    text: Any = before + once * (length // len(once) + 1) + BAD_END
    text = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    start = time.process_time()
    try:
        with within(1.0):
            getattr(pattern, way)(text)
    except TooSlow:
        return float("inf")
    return time.process_time() - start


def is_slow(pattern: re.Pattern[Any], way: str, attack: Attack) -> bool:
    """Whether time grows faster than the text."""
    if take_time(pattern, way, attack, LONG // 16) > SLOW:
        return True
    long = take_time(pattern, way, attack, LONG)
    return long > SLOW and long > GROWTH * take_time(pattern, way, attack, SHORT)


def collect() -> dict[tuple[Any, int], set[tuple[str, str]]]:
    """The (pattern, flags) that detente compiles → the files and the functions of `re` called there."""
    found: dict[tuple[Any, int], set[tuple[str, str]]] = defaultdict(set)
    compile_one = re._compile  # type: ignore[attr-defined]

    def watch(pattern: Any, flags: Any) -> re.Pattern[Any]:
        made: re.Pattern[Any] = compile_one(pattern, flags)
        called, caller = sys._getframe(1), sys._getframe(2)
        while caller.f_code.co_filename.startswith("<"):  # functools' cache
            caller = caller.f_back  # type: ignore[assignment]
        path = Path(caller.f_code.co_filename)
        if ROOT in path.parents:
            found[made.pattern, made.flags].add((path.name, called.f_code.co_name))
        return made

    re._compile = watch  # type: ignore[attr-defined]
    import detente

    names = [m.name for m in walk_packages(detente.__path__, "detente.")]
    for name in names:
        if not name.endswith(("make_divisions", "__main__")):
            __import__(name)
    from detente.pipeline import code_report
    from detente.read import read_reports

    for report in read_reports(ROOT.parent / "examples" / "world"):
        code_report(report)
    return found


def find_anchored() -> set[tuple[Any, int]]:
    """(pattern, flags) of the constants that are used with `match` or `fullmatch` alone."""
    ways: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                ways[path.name, node.value.id].add(node.attr)
    found = set()
    for module in [m for name, m in sys.modules.items() if name.startswith("detente.")]:
        for name, value in vars(module).items():
            used = ways[Path(module.__file__ or "").name, name] if isinstance(value, re.Pattern) else set()
            if used and used <= {"match", "fullmatch"}:
                found.add((value.pattern, value.flags))
    return found


def main() -> None:
    """Prints the slow ones and how many there are."""
    found, anchored = collect(), find_anchored()
    slow = 0
    for (source, flags), used in found.items():
        pattern = re.compile(source, flags)
        inline = {way for _, way in used}
        way = "fullmatch" if (source, flags) in anchored else "search"
        way = inline.pop() if inline in ({"match"}, {"fullmatch"}) else way
        if {file for file, _ in used} <= BOUNDED:
            continue
        bad = next((a for a in find_attacks(pattern) if is_slow(pattern, way, a)), None)
        if bad:
            slow += 1
            print(f"{sorted(used)} {way} {source!r:.120} is slow on {bad!r:.80}")
    print(f"{len(found)} expressions, {slow} of them slow")
    sys.exit(slow > 0)


if __name__ == "__main__":
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    main()
