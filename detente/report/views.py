"""What the page shows, ready for the template: entries, relationships, reports, counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from urllib.parse import urlsplit

from markupsafe import Markup

from detente.draw import Point, Side, draw_timeline, falls_within, find_span, parse_day
from detente.draw.marks import draw_shape, side_of_line
from detente.records import STATUSES, Coding, EventMention, Party, Report
from detente.report.marking import Piece, mark_quote
from detente.report.turning import TurnView, make_bands, view_turn
from detente.report.wording import (
    count_things,
    describe_act,
    describe_basis,
    describe_certainty,
    describe_place,
    describe_says,
    format_day,
    format_month,
    format_span,
    format_when,
    is_dated,
    load_words,
    name_party,
    name_state,
    order_by_when,
    shorten,
)
from detente.turns import Turn

FULL_PAIRS = 10  # relationships drawn at most; the rest are listed
FEWEST_DRAWN = 2  # mentions that a relationship needs to be drawn, unless it is the first
LONGEST_PASSED = 100  # characters of each
MOST_PASSED = 80  # passed-over clauses shown for each reason of a report


@dataclass(frozen=True, slots=True)
class Entry:
    """One mention in the chronology, in words."""

    mention: EventMention
    day: str
    basis: str
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    mutual: bool
    act: str
    code: str
    says: str
    certainty: str | None
    place: str | None
    pieces: tuple[Piece, ...]
    outside: tuple[tuple[str, str], ...]
    marker: Markup
    source: ReportView


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading."""

    anchor: str
    heading: str
    entries: tuple[Entry, ...]
    year: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class PairView:
    """A relationship: its two names, its entries in order, its picture (None: only listed) and turns."""

    anchor: str
    names: tuple[str, str]
    entries: tuple[Entry, ...]
    summary: str
    picture: Markup | None
    turns: tuple[TurnView, ...]
    undated: int
    outside: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """What was passed over for one reason: the first passages as (trigger, words), and how many in all."""

    words: str
    passages: tuple[tuple[str | None, str], ...]
    total: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report: its names, its numbers, and what was passed over, by reason.

    `given` and `file` are the user's own id and the file, where they aren't its name already.
    """

    anchor: str
    name: str
    report: Report
    given: str
    file: str
    day: str
    link: str | None
    mentions: int
    passed: tuple[Reason, ...]
    skipped: tuple[Reason, ...]


def view_mentions(codings: Sequence[Coding], sources: Sequence[ReportView]) -> list[Entry]:
    """All mentions in words, by day; those without one at the end, by report. `sources` go with `codings`."""
    found = [
        (order_by_when(mention.when), number, mention.start, mention.id, mention)
        for number, coding in enumerate(codings)
        for mention in coding
    ]
    return [_view_mention(f[-1], sources[f[1]]) for f in sorted(found, key=lambda f: f[:-1])]


def _view_mention(mention: EventMention, source: ReportView) -> Entry:
    pieces, outside = mark_quote(mention, source.report.text)
    actors = tuple(dict.fromkeys(map(name_party, mention.actor)))
    recipients = tuple(dict.fromkeys(map(name_party, mention.recipient)))
    return Entry(
        mention=mention,
        day=format_when(mention.when),
        basis=describe_basis(mention.when),
        actors=actors,
        recipients=recipients,
        mutual=len(actors) > 1 and set(recipients) in (set(), set(actors)),
        act=describe_act(mention),
        code=mention.type + (f"/{mention.mode}" if mention.mode else ""),
        says=describe_says(mention.says),
        certainty=describe_certainty(mention),
        place=describe_place(mention.where),
        pieces=pieces,
        outside=outside,
        marker=refer_marker(mention.status, mention.score),
        source=source,
    )


def refer_marker(status: str, score: float) -> Markup:
    """A marker of a status that the page holds once, for all the entries that show it."""
    return Markup('<svg class="marker {}" aria-hidden="true"><use href="#k-{}"/></svg>').format(
        side_of_line(score), status
    )


def draw_symbols() -> Markup:
    """The markers that `refer_marker` refers to."""
    symbols = (
        Markup('<symbol id="k-{}" viewBox="-8 -8 16 16">{}</symbol>').format(s, draw_shape(s, "first"))
        for s in STATUSES
    )
    return Markup('<svg class="aside" aria-hidden="true" stroke-width="1.6">{}</svg>').format(
        Markup("").join(symbols)
    )


def _party_key(party: Party) -> str | None:
    """What tells two parties apart: code, else name; None for words that nothing resolved."""
    return party.code or party.name


def _name_sides(mentions: Iterable[EventMention]) -> dict[str, str]:
    """A name for each party key: the state's own, else the name met most often."""
    met: dict[str, Counter[str]] = defaultdict(Counter)
    for mention in mentions:
        for party in (*mention.actor, *mention.recipient):
            key = _party_key(party)
            if key:
                met[key][party.name or party.text] += 1
    return {key: name_state(key) or min(names, key=lambda n: (-names[n], n)) for key, names in met.items()}


def find_pairs(mention: EventMention) -> dict[tuple[str, str], Side]:
    """The pairs of party keys that a mention is about, in alphabetical order, and which side acts.

    Each actor with each recipient; the actors with each other where there is no recipient (they met).
    Parties that nothing resolved are in no pair.
    """
    actors = {key for p in mention.actor if (key := _party_key(p))}
    recipients = {key for p in mention.recipient if (key := _party_key(p))}
    if not mention.recipient:
        return dict.fromkeys(combinations(sorted(actors), 2), "both")
    found: dict[tuple[str, str], Side] = {}
    for a in actors:
        for b in recipients - {a}:
            first, second = sorted((a, b))
            mutual = b in actors and a in recipients
            found[first, second] = "both" if mutual else "first" if a == first else "second"
    return found


def count_facts(codings: Sequence[Coding]) -> list[tuple[str, str]]:
    """What was read and found, as (name, words)."""
    reports = [coding.report for coding in codings]
    days = sorted(parse_day(r.published) for r in reports if r.published)
    outlets = {r.source for r in reports if r.source}
    unnamed, undated = sum(not r.source for r in reports), len(reports) - len(days)
    read = count_things(len(reports), "report")
    if outlets:
        read += f" from {count_things(len(outlets), 'outlet')}"
    if unnamed:
        read += f"; {unnamed} of them with no outlet named"
    published = format_span(days[0], days[-1]) if days else "no date of publication known"
    if days and undated:
        published += f"; {count_things(undated, 'report')} without a date of publication"
    passed = sum(len(coding.passed_over) for coding in codings)
    return [
        ("Read", read),
        ("Published", published),
        ("Found", count_things(sum(map(len, codings)), "mention") + " of an act"),
        ("Passed over", f"{count_things(passed, 'passage')}, listed under each report with the reason"),
    ]


def count_statuses(entries: Iterable[Entry]) -> list[tuple[str, int, str]]:
    """(status, how many, what it means) for every status."""
    counts = Counter(e.mention.status for e in entries)
    glosses = load_words()["statuses"]
    return [(status, counts[status], glosses[status]) for status in STATUSES]  # type: ignore[index]


def group_months(entries: Iterable[Entry]) -> list[Group]:
    """Dated entries, given in order, by the month that each starts in; loosely dated ones by year."""
    dated = (e for e in entries if is_dated(e.mention.when))
    groups = []
    for key, found in groupby(dated, key=lambda e: order_by_when(e.mention.when)[1][:7]):
        year, _, month = key.partition("-")
        heading = format_month(key) if month else f"{year}, no single month"
        groups.append(Group(f"c-{key}", heading, tuple(found), year, heading[:3] if month else "year"))
    return groups


def group_undated(entries: Iterable[Entry]) -> list[Group]:
    """Entries without a date, given in order, by report."""
    undated = (e for e in entries if not is_dated(e.mention.when))
    grouped = ((anchor, tuple(found)) for anchor, found in groupby(undated, key=lambda e: e.source.anchor))
    return [Group(f"u-{anchor}", found[0].source.name, found) for anchor, found in grouped]


def view_report(coding: Coding, number: int) -> ReportView:
    """One report in words; `number` makes its anchor."""
    report = coding.report
    furniture = {(s.start, s.end) for s in report.skipped}
    link = report.url if report.url and urlsplit(report.url).scheme in ("http", "https") else None
    name = shorten(report.title or report.given_id or report.path or f"Report {report.id}", 200)
    return ReportView(
        anchor=f"r-{number}",
        name=name,
        report=report,
        given=report.given_id if report.given_id and report.given_id != name else "",
        file=report.path if report.path and report.path not in (name, "-") else "",
        day=format_day(parse_day(report.published)) if report.published else "no date of publication",
        link=link,
        mentions=len(coding.mentions),
        passed=_group_reasons(
            (p.reason, p.quote, p.trigger) for p in coding.passed_over if (p.start, p.end) not in furniture
        ),
        skipped=_group_reasons((s.reason, s.text, None) for s in report.skipped),
    )


def _group_reasons(passages: Iterable[tuple[str, str, str | None]]) -> tuple[Reason, ...]:
    """Passages given as (reason, words, trigger), grouped; the most frequent reason first."""
    found: dict[str, list[tuple[str | None, str]]] = defaultdict(list)
    for reason, words, trigger in passages:
        found[reason].append((trigger, shorten(words, LONGEST_PASSED)))
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Reason(reason, tuple(passed[:MOST_PASSED]), len(passed)) for reason, passed in ranked)


def view_pairs(
    entries: Sequence[Entry], turns_of: Callable[[tuple[str, str]], tuple[Turn, ...]]
) -> list[PairView]:
    """The relationships, those with the most mentions first; the first few are drawn, the rest listed.

    `turns_of` gives the turns between two parties, by code or name.
    """
    names = _name_sides(e.mention for e in entries)
    found: dict[tuple[str, str], list[tuple[Entry, Side]]] = defaultdict(list)
    for entry in entries:
        for pair, side in find_pairs(entry.mention).items():
            found[pair].append((entry, side))
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), [names[key] for key in item[0]]))
    shared = find_span(_list_days(entries))
    views = []
    for number, (pair, acts) in enumerate(ranked, 1):
        drawn = number == 1 or (number <= FULL_PAIRS and len(acts) >= FEWEST_DRAWN)
        sides = (names[pair[0]], names[pair[1]])
        span = _choose_span([entry for entry, _ in acts], shared) if drawn else None
        views.append(_view_pair(f"p-{number}", sides, acts, span, turns_of(pair) if drawn else ()))
    return views


def _list_days(entries: Iterable[Entry]) -> list[str]:
    return [day for e in entries for day in (e.mention.when.earliest, e.mention.when.latest) if day]


def _choose_span(entries: Iterable[Entry], shared: tuple[str, str] | None) -> tuple[str, str] | None:
    """The days of a relationship's axis: those that all share, unless its own are under half of them."""
    own = find_span(_list_days(entries))
    if own is None or shared is None:
        return None
    lengths = [parse_day(last) - parse_day(first) for first, last in (own, shared)]
    return own if 2 * lengths[0] < lengths[1] else shared


def _view_pair(
    anchor: str,
    names: tuple[str, str],
    acts: Sequence[tuple[Entry, Side]],
    span: tuple[str, str] | None,
    turns: tuple[Turn, ...],
) -> PairView:
    entries = tuple(entry for entry, _ in acts)
    summary = _summarise(entries)
    points = [_make_point(entry, side, names) for entry, side in acts]
    dated = [(e, p) for e, p in zip(entries, points, strict=True) if is_dated(e.mention.when)]
    picture = None
    if span:
        title = f"{names[0]} and {names[1]}: acts over time"
        bands = make_bands(turns)
        picture = draw_timeline(points, title=title, desc=summary, span=span, prefix=anchor, bands=bands)
    return PairView(
        anchor=anchor,
        names=names,
        entries=entries,
        summary=summary,
        picture=picture,
        turns=tuple(map(view_turn, turns)),
        undated=len(entries) - len(dated),
        outside=tuple(e for e, p in dated if span and not falls_within(p, span)),
    )


def _summarise(entries: Sequence[Entry]) -> str:
    above = sum(1 for e in entries if e.mention.score > 0)
    below = sum(1 for e in entries if e.mention.score < 0)
    statuses = Counter(e.mention.status for e in entries)
    told = ", ".join(f"{statuses[s]} {s}" for s in STATUSES if statuses[s])  # type: ignore[index]
    level = len(entries) - above - below
    neither = f", {level} neither" if level else ""
    found = count_things(len(entries), "mention")
    return f"{found}: {above} of cooperation, {below} of conflict{neither}; {told}."


def _make_point(entry: Entry, side: Side, names: tuple[str, str]) -> Point:
    mention = entry.mention
    ways = {"first": "{0} → {1}", "second": "{1} → {0}", "both": "{0} and {1}"}
    who = ways[side].format(*names)
    label = f"{entry.day}. {who}: {entry.act} ({mention.status}). “{shorten(mention.quote, 120)}”"
    when = mention.when
    return Point(when.earliest, when.latest, mention.score, mention.status, side, label, f"#m-{mention.id}")
