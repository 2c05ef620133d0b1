"""The passages of a text that are not the report: promotion, credits, bylines, headlines.

What such lines say in a language is data: languages/<code>/furniture.yaml. A passage is found by its
whole line or whole sentence, so that a sentence of the report is never taken for one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from detente.errors import DataError
from detente.records import Skipped
from detente.tables import Source, language_file, read_yaml

HEADLINE = "headline: the body tells it"
HEADING = "heading: the text under it tells it"
STRAIGHT = str.maketrans("‘’“”\u00a0\u202f", "''\"\"  ")
MARKS = re.compile(r"^(?:[#>*_•\-–—|]+\s+|[*_]{1,3}(?=\S))+|\s*[*_#|]+$")
SENTENCE_END = re.compile(r"[.!?…][\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9$€£])")
WRAPPED = (45, 110)  # length of a line that may go on in the next, as in text wrapped at a column
LONGEST_HEADLINE = 20  # words
BODY_WORDS = 8  # words from which a line with a full stop counts as the report's own
LONGEST_LINE = 2000  # characters; longer ones are no furniture, and some patterns would take long on them
LAST_LINES = 4  # how many last paragraphs may tell about the author


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of passage: the patterns of its whole lines, whole sentences or parts of lines."""

    name: str
    reason: str
    longest: int
    lines: tuple[re.Pattern[str], ...]
    strong: tuple[re.Pattern[str], ...]
    weak: tuple[re.Pattern[str], ...]
    inside: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


@dataclass(frozen=True)
class Furniture:
    """The patterns of a language; `keep` are lines never passed over, `small` words without capitals."""

    kinds: tuple[Kind, ...]
    biography: Kind | None
    keep: tuple[re.Pattern[str], ...]
    small: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its margins; `bare` is its words with straight quotes, without Markdown marks."""

    start: int
    end: int
    text: str
    bare: str
    words: int
    block: int


def find_furniture(text: str, title: str | None, language: str = "en") -> list[Skipped]:
    """The passages of `text` that are not the report, in order, none overlapping.

    `title` is the report's title, whose repetitions count as headlines. `text[s.start:s.end] == s.text`
    for each. Raises DataError when the language's table is faulty.
    """
    table = load_furniture(language)
    lines = list(_split_lines(text))
    found = _find_lines(lines, title, table)
    spans = _find_sentences(text, lines, found, table) + _find_inside(lines, found, table)
    found |= _cover_lines(lines, spans)
    found |= dict(_find_headlines(lines, dict(found), title, table))
    found |= _find_biography(lines, found, table)
    spans += [(lines[n].start, lines[n].end, reason) for n, reason in found.items()]
    clear = _join_neighbours(text, _drop_overlaps(spans))
    return [Skipped(a, b, text[a:b], reason) for a, b, reason in clear]


def find_headline(text: str, language: str = "en") -> str | None:
    """The first line of `text` that is a headline by its form and place, or None."""
    table = load_furniture(language)
    lines = list(_split_lines(text))
    found = {n: "" for n, line in enumerate(lines) if _match_line(line, table)}
    n = _find_first_headline(lines, found, table)
    return None if n is None else " ".join(_strip_marks(lines[n].text).split())


def _drop_overlaps(spans: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    end = 0
    for span in sorted(spans, key=lambda s: (s[0], -s[1])):
        if span[0] >= end:
            yield span
            end = span[1]


def _join_neighbours(text: str, spans: Iterator[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Neighbours of one kind on one line as one."""
    joined: list[tuple[int, int, str]] = []
    for start, end, reason in spans:
        last = joined[-1] if joined else None
        if last and last[2] == reason and re.fullmatch(r"[^\S\n]*", text[last[1] : start]):
            joined[-1] = (last[0], end, reason)
        else:
            joined.append((start, end, reason))
    return joined


def _split_lines(text: str) -> Iterator[Line]:
    block = 0
    for m in re.finditer(r"[^\n]*\n?", text):
        words = m[0].strip()
        if not words:
            block += 1
            continue
        start = m.start() + len(m[0]) - len(m[0].lstrip())
        bare = _strip_marks(words.translate(STRAIGHT))
        yield Line(start, start + len(words), words, bare, bare.count(" ") + 1, block)


def _strip_marks(words: str) -> str:
    """The words without the marks of Markdown around them; what is too long for a line is left as it is."""
    return MARKS.sub("", words) if len(words) <= LONGEST_LINE else words


def _is_wrapped(line: Line, after: Line) -> bool:
    """Whether a sentence of `line` goes on in `after`, as in text wrapped at a column."""
    shortest, longest = WRAPPED
    return (
        line.block == after.block
        and shortest <= len(line.text) <= longest
        and len(after.text) <= longest
        and line.bare[-1:] not in tuple(".!?:\"')")
    )


def _find_lines(lines: list[Line], title: str | None, table: Furniture) -> dict[int, str]:
    """The lines that a pattern matches, and the reason; not those inside wrapped prose."""
    found: dict[int, str] = {}
    for n, line in enumerate(lines):
        before = lines[n - 1] if n and n - 1 not in found else None
        if before and _is_wrapped(before, line) and not _is_title(before, title):
            continue
        if kind := _match_line(line, table):
            found[n] = kind.reason
    return found


def _match_line(line: Line, table: Furniture) -> Kind | None:
    if len(line.bare) > LONGEST_LINE:
        return None
    for kind in table.kinds:
        if line.words <= kind.longest and any(p.fullmatch(line.bare) for p in kind.lines):
            return kind
    return None


def _cover_lines(lines: list[Line], spans: list[tuple[int, int, str]]) -> dict[int, str]:
    """The lines that one of `spans` covers from end to end."""
    ends = {start: (end, reason) for start, end, reason in spans}
    covers = ((n, ends[line.start]) for n, line in enumerate(lines) if line.start in ends)
    return {n: reason for n, (end, reason) in covers if end >= lines[n].end}


def _find_biography(lines: list[Line], found: dict[int, str], table: Furniture) -> dict[int, str]:
    """Last lines that tell who wrote the report; its people are named before, so not they."""
    kind = table.biography
    left = [n for n in range(len(lines)) if n not in found]
    passed: dict[int, str] = {}
    if not kind or len(left) < 3:
        return passed
    for n in left[-LAST_LINES:]:
        line = lines[n]
        wrapped = n > 0 and _is_wrapped(lines[n - 1], line)
        too_long = line.words > kind.longest or len(line.bare) > LONGEST_LINE
        if wrapped or too_long or any(p.search(line.bare) for p in kind.unless):
            continue
        match = next((m for p in kind.lines if (m := p.fullmatch(line.bare))), None)
        if match and not _is_named_before(match, [lines[i].bare for i in left if i < n]):
            passed[n] = kind.reason
    return passed


def _is_named_before(match: re.Match[str], before: list[str]) -> bool:
    name = match.groupdict().get("who")
    return bool(name) and any(str(name).split()[-1] in words for words in before)


def _find_sentences(
    text: str, lines: list[Line], found: dict[int, str], table: Furniture
) -> list[tuple[int, int, str]]:
    """Sentences of promotion: strong ones, and weak ones that stand in a row with them."""
    spans = []
    sentences = list(_split_sentences(text, lines, found))
    for kind in table.kinds:
        if not kind.strong:
            continue
        grades = [_grade(words, kind) for _, _, words in sentences]
        for n in _spread(grades):
            start, end, _ = sentences[n]
            spans.append((start, end, kind.reason))
    return spans


def _grade(words: str, kind: Kind) -> int:
    """2 for a strong sentence, 1 for a weak one, 0 for none."""
    if words.count(" ") >= kind.longest or len(words) > LONGEST_LINE:
        return 0
    if any(p.fullmatch(words) for p in kind.strong):
        return 2
    return int(any(p.fullmatch(words) for p in kind.weak))


def _spread(grades: Sequence[int]) -> Iterator[int]:
    run: list[int] = []
    for n, grade in enumerate([*grades, 0]):
        if grade:
            run.append(n)
            continue
        if any(grades[i] == 2 for i in run):
            yield from run
        run = []


def _split_sentences(text: str, lines: list[Line], found: dict[int, str]) -> Iterator[tuple[int, int, str]]:
    """(start, end, words) of the sentences outside the lines found and outside quotes."""
    n = 0
    while n < len(lines):
        last = n
        while (
            last + 1 < len(lines)
            and not {last, last + 1} & found.keys()
            and _is_wrapped(*lines[last : last + 2])
        ):
            last += 1
        if n not in found:
            yield from _split_unit(text, lines[n].start, lines[last].end)
        n = last + 1


def _split_unit(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    unit = re.sub(r"[\r\n]", " ", text[start:end]).translate(STRAIGHT)
    quoted = False
    begin = 0
    for stop in [*(m.end() for m in SENTENCE_END.finditer(unit)), len(unit)]:
        piece = unit[begin:stop].rstrip()
        if not quoted:
            lead = len(piece) - len(piece := _strip_marks(piece))
            first = begin + unit[begin:stop].find(piece) if lead else begin
            yield start + first, start + first + len(piece), piece
        quoted ^= unit[begin:stop].count('"') % 2 == 1
        begin = stop


def _find_inside(lines: list[Line], found: dict[int, str], table: Furniture) -> list[tuple[int, int, str]]:
    """Parts of lines, such as a credit in brackets at the end of a caption."""
    return [
        (line.start + m.start(), line.start + m.end(), kind.reason)
        for kind in table.kinds
        for pattern in kind.inside
        for n, line in enumerate(lines)
        if n not in found
        for m in pattern.finditer(line.text)
    ]


def _find_headlines(
    lines: list[Line], found: dict[int, str], title: str | None, table: Furniture
) -> Iterator[tuple[int, str]]:
    """The title, lines that repeat, and lines in title case: where there is a body that tells it."""
    left = [n for n in range(len(lines)) if n not in found]
    body = [n for n in left if _is_body(lines[n]) and not _is_title(lines[n], title)]
    if not body:
        return
    times = Counter(_fold(lines[n].bare) for n in left if _is_short(lines[n]))
    first = _find_first_headline(lines, found, table)
    capitals = _is_in_capitals(lines)
    for n in left:
        line = lines[n]
        if n == first or _is_title(line, title):
            yield n, HEADLINE
        elif _is_kept(line, table) or _is_inside_prose(lines, n, found):
            continue
        elif _is_short(line) and line.words > 1 and times[_fold(line.bare)] > 1:
            yield n, HEADLINE
        elif _is_in_title_case(line, table, capitals):
            yield n, HEADLINE if n < body[0] else HEADING


def _find_first_headline(lines: list[Line], found: dict[int, str], table: Furniture) -> int | None:
    capitals = _is_in_capitals(lines)
    if not any(_is_body(line) for line in lines):
        return None
    left = [n for n in range(len(lines)) if n not in found]
    for n in left:
        line = lines[n]
        if _is_body(line):
            return None
        if _is_kept(line, table) or _is_inside_prose(lines, n, found):
            continue
        if _is_in_title_case(line, table, capitals) or (n == left[0] and _is_echoed(lines, n)):
            return n
    return None


def _is_body(line: Line) -> bool:
    return line.words > 20 or (line.words >= BODY_WORDS and line.bare.rstrip("\"')")[-1:] in tuple(".!?"))


def _is_short(line: Line) -> bool:
    return line.words <= LONGEST_HEADLINE and line.bare.rstrip("\"')")[-1:] not in tuple(".!:;,")


def _is_kept(line: Line, table: Furniture) -> bool:
    return any(p.fullmatch(line.bare) for p in table.keep)


def _is_inside_prose(lines: list[Line], n: int, found: dict[int, str]) -> bool:
    """Whether line n goes on from the line before it, or goes on in the line after it."""
    goes_on = n + 1 < len(lines) and n + 1 not in found and _is_wrapped(lines[n], lines[n + 1])
    return goes_on or (n > 0 and n - 1 not in found and _is_wrapped(lines[n - 1], lines[n]))


def _fold(words: str) -> str:
    return re.sub(r"\W+", " ", words.translate(STRAIGHT).casefold()).strip()


def _is_title(line: Line, title: str | None) -> bool:
    if not title or line.words > 2 * LONGEST_HEADLINE:
        return False
    parts = [title, *re.split(r" [|–—-] | :: ", title)[:1]]
    return _fold(line.bare) in {_fold(part) for part in parts if part}


def _is_in_title_case(line: Line, table: Furniture, capitals: bool) -> bool:
    """Whether all words but small ones have capitals: three at least, none at the end of a sentence."""
    words = re.findall(r"[^\W_][\w'’.-]*", line.bare)
    if not _is_short(line) or len(words) < 3 or not words[0][0].isupper() or words[-1] in table.small:
        return False
    if line.bare.isupper():
        return not capitals
    large = [w for w in words if w not in table.small]
    return len(large) >= 2 and all(w[0].isupper() or w[0].isdigit() for w in large)


def _is_in_capitals(lines: list[Line]) -> bool:
    """Whether the text as a whole is in capitals, as old cables are."""
    upper = sum(line.bare.isupper() for line in lines)
    return upper > len(lines) / 2


def _is_echoed(lines: list[Line], n: int) -> bool:
    """Whether a short first line without a full stop is told again by the lines after it."""
    words = {w[:5] for w in re.findall(r"\w{4,}", lines[n].bare.casefold())}
    if not _is_short(lines[n]) or lines[n].bare.endswith("?") or len(words) < 3:
        return False
    body = " ".join(line.bare for line in lines[n + 1 : n + 30] if _is_body(line)).casefold()
    return sum(f" {w}" in f" {body}" for w in words) >= 0.6 * len(words)


@cache
def load_furniture(language: str = "en") -> Furniture:
    """The table of a language. Raises DataError, naming file and line, when it is faulty."""
    return _read_table(language_file(language, "furniture.yaml"))


def _read_table(source: Source) -> Furniture:
    table = read_yaml(source)
    parts = {k: v for k, v in table.pop("parts", {}).items() if k != "__line__"}
    small = frozenset(table.pop("small words", ()))
    rows = {name: row for name, row in table.items() if name != "__line__"}
    kinds = {name: _read_kind(source, name, row, parts) for name, row in rows.items()}
    kept = [name for name, row in rows.items() if row.get("keep")]
    return Furniture(
        kinds=tuple(kind for name, kind in kinds.items() if name not in (*kept, "biography")),
        biography=kinds.get("biography"),
        keep=tuple(p for name in kept for p in kinds[name].lines),
        small=small,
    )


def _read_kind(source: Source, name: str, row: dict[str, Any], parts: dict[str, str]) -> Kind:
    flags = re.NOFLAG if row.get("case") == "kept" or row.get("keep") else re.IGNORECASE
    known = {"reason", "longest", "case", "keep", "lines", "strong", "weak", "inside", "unless", "__line__"}
    for key in row.keys() - known:
        raise DataError(f"{source}:{row['__line__']}", f"{name!r} has the unknown key {key!r}", "Remove it")
    if not isinstance(row.get("longest"), int):
        raise DataError(
            f"{source}:{row['__line__']}", f"{name!r} lacks the key 'longest'", "Add it, in words"
        )

    def compile_all(key: str) -> tuple[re.Pattern[str], ...]:
        return tuple(_compile(source, row["__line__"], p, parts, flags) for p in row.get(key, ()))

    return Kind(
        name=name,
        reason=str(row.get("reason", name)),
        longest=row["longest"],
        lines=compile_all("lines"),
        strong=compile_all("strong"),
        weak=compile_all("weak"),
        inside=compile_all("inside"),
        unless=compile_all("unless"),
    )


def _compile(
    source: Source, line: int, pattern: str, parts: dict[str, str], flags: re.RegexFlag
) -> re.Pattern[str]:
    place = f"{source}:{line}"
    while names := set(re.findall(r"(?<!\?P)<(\w+)>", pattern)):
        for name in names:
            if name not in parts:
                raise DataError(place, f"the part <{name}> is not defined", "Define it under 'parts'")
            pattern = pattern.replace(f"<{name}>", parts[name])
    try:
        return re.compile(pattern, flags)
    except re.error as e:
        raise DataError(place, f"{pattern[:40]!r} is not a pattern: {e}", "Mend the pattern") from e
