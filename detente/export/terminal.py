"""Tables for people: as wide as the terminal; where that is too narrow, a block of lines for each row."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from detente.records import Event, EventMention, Party, Report, Thread, ThreadStep, When

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

PIPED_WIDTH = 120  # columns of a table that goes to no terminal, unless COLUMNS says otherwise
WORDS_WIDTH = 40  # columns that the last cell of a table must have, or all that it needs
GAP = 2  # columns between cells
INDENT = "    "  # of the second line of a block, and of what is wrapped
STATE_STYLES = {"agreed": "green", "fulfilled": "green", "broken off": "red"}
STATUS_STYLES = {"happened": "green", "threatened": "red", "denied": "dim", "negated": "dim"}


Cell = tuple[str, str]  # words and their style


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its short cells, the same as a block shows them, and words that take what room is left."""

    cells: tuple[Cell, ...]
    brief: tuple[Cell, ...]
    words: str


def print_safe(words: str) -> str:
    """The words on one line, without characters that would steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in words)


def show_mentions(mentions: Iterable[EventMention], stream: IO[str]) -> int:
    """Print mentions for people, and give back how many there were."""
    heads = ("Day", "Who", "To whom", "Act", "Status", "Says", "Words")
    return print_lines(heads, [_mention_line(m) for m in mentions], "No mention fits.", stream)


def show_reports(reports: Iterable[tuple[Report, int]], stream: IO[str]) -> int:
    """Print reports with the numbers of their mentions for people, and give back how many there were."""
    heads = ("Report", "Own id", "Published", "Mentions", "Source", "Title or file")
    return print_lines(heads, [_report_line(*r) for r in reports], "The store holds no report.", stream)


def show_events(events: Iterable[tuple[Event, str]], stream: IO[str]) -> int:
    """Print events with their leading quotes for people, and give back how many there were."""
    heads = ("Event", "Day", "Who", "To whom", "Act", "Status", "Told", "Words")
    return print_lines(heads, [_event_line(*e) for e in events], "No event fits.", stream)


def show_threads(threads: Iterable[Thread], stream: IO[str]) -> int:
    """Print threads, each with its steps under it, for people, and give back how many there were."""
    from rich.console import Console

    console = Console(file=stream, width=_find_width(), highlight=False)
    number = 0
    for number, thread in enumerate(threads, 1):  # noqa: B007 - the count is what is given back
        _print_hanging(_thread_head(thread), "", console)
        numbers = {step.mention: i for i, step in enumerate(thread.steps, 1)}
        for i, step in enumerate(thread.steps, 1):
            _print_hanging(_make_text((_tell_step(i, step, numbers), "")), INDENT, console)
    if not number:
        console.print("No thread fits.")
    return number


def _thread_head(thread: Thread) -> Text:
    from rich.text import Text

    parties = ", ".join(p.code or p.name for p in thread.parties)
    days = thread.opened if thread.opened == thread.last else f"{thread.opened}–{thread.last}"
    turn = f"turn: {', '.join(thread.ball)}" if thread.ball else ""
    style = STATE_STYLES.get(thread.state, "yellow")
    cells = [
        (thread.id, ""),
        (days or "", ""),
        (parties, "bold"),
        (thread.state, style),
        (turn, ""),
        (thread.topic.text, ""),
    ]
    return Text(" " * GAP).join(_make_text(cell) for cell in cells if cell[0])


def _tell_step(number: int, step: ThreadStep, numbers: Mapping[str, int]) -> str:
    """'3 2013-07-04 KOR counters 2: its words [what most tells that]'."""
    link, recipient = step.answers, ", ".join(step.recipient)
    to = str(numbers[link.mention]) if link else recipient and f"to {recipient}"
    why = (link.reasons if link else step.reasons)[0]
    told = filter(None, (str(number), step.day, ", ".join(step.actor), step.move, to))
    return f"{' '.join(told)}: {step.quote} [{why}]"


def show_periods(rows: Iterable[Mapping[str, Any]], stream: IO[str]) -> int:
    """Print the periods of a series in which anything happened, and give back how many there were."""
    from rich.console import Console
    from rich.table import Table

    full = [row for row in rows if row["events"]]
    table = Table("From", box=None, pad_edge=False)
    for head in ("Events", "Cooperation", "Conflict", "Net", "Balance", "Tone"):
        table.add_column(head, justify="right")
    for row in full:
        scores = (row[name] for name in ("cooperation", "conflict", "net", "balance", "tone"))
        shown = ("" if score is None else f"{score:.1f}" for score in scores)
        table.add_row(row["start"], f"{row['events']:,}", *shown)
    width = shutil.get_terminal_size((PIPED_WIDTH, 24)).columns
    Console(file=stream, width=width, highlight=False).print(table if full else "Nothing happened.")
    return len(full)


def _event_line(event: Event, quote: str) -> Line:
    """`Told` is by how many mentions, and by how many independent outlets."""
    who, whom = (", ".join(p.code or p.name for p in side) for side in (event.actor, event.recipient))
    act = f"{event.type}-{event.mode}" if event.mode else event.type
    told = f"{len(event.mentions)}×/{len(event.outlets)}"
    status = event.status, STATUS_STYLES.get(event.status, "yellow")
    both = f"{who or '?'} → {whom}" if whom else who
    cells = [
        (event.id, ""),
        (_show_days(event.when), ""),
        (who, ""),
        (whom, ""),
        (act, ""),
        status,
        (told, ""),
    ]
    brief = [cells[0], cells[1], (both, "bold"), *cells[4:]]
    disputed = "; ".join(f"{c.about}: {' / '.join(a.says for a in c.accounts)}" for c in event.contradictions)
    return Line(tuple(cells), tuple(brief), f"{quote} [{disputed}]" if disputed else quote)


def _mention_line(m: EventMention) -> Line:
    days, who, whom = _show_days(m.when), _show_parties(m.actor), _show_parties(m.recipient)
    act = f"{m.type}-{m.mode}" if m.mode else m.type
    says = (m.says.name or m.says.text) if m.says else ""
    status = (m.status, STATUS_STYLES.get(m.status, "yellow"))
    both = f"{who or '?'} → {whom}" if whom else who
    return Line(
        ((days, ""), (who, ""), (whom, ""), (act, ""), status, (says, "")),
        ((days, ""), (both, "bold"), (act, ""), status, (says and f"says {says}", "")),
        m.quote,
    )


def _report_line(report: Report, mentions: int) -> Line:
    given, day, source = report.given_id or "", report.published or "", report.source or ""
    number = f"{mentions:,} mention" + "s" * (mentions != 1)
    cells = (report.id, given, day, f"{mentions:,}", source)
    brief = (report.id, given and f"id {given}", day or "no date", number, source)
    words = " · ".join(filter(None, (report.title, report.path)))
    return Line(tuple((cell, "") for cell in cells), tuple((cell, "") for cell in brief), words)


def print_lines(heads: Sequence[str], lines: Sequence[Line], nothing: str, stream: IO[str]) -> int:
    """Print rows as a table, or as blocks where that is too narrow, and give back how many there were."""
    from rich.console import Console

    width = _find_width()
    console = Console(file=stream, width=width, highlight=False)
    if not lines:
        console.print(nothing)
    elif _fits(heads, lines, width):
        _print_table(heads, lines, console)
    else:
        _print_blocks(lines, console)
    return len(lines)


def _find_width() -> int:
    return shutil.get_terminal_size((PIPED_WIDTH, 24)).columns


def _fits(heads: Sequence[str], lines: Sequence[Line], width: int) -> bool:
    """Whether a table leaves room enough for the words."""
    from rich.cells import cell_len

    columns = zip(*(line.cells for line in lines), strict=True)
    short = sum(
        max(cell_len(head), *(cell_len(words) for words, _ in column)) + GAP
        for head, column in zip(heads, columns, strict=False)
    )
    longest = max(cell_len(words) for words in (heads[-1], *(line.words for line in lines)))
    return width - short >= min(WORDS_WIDTH, longest)


def _print_table(heads: Sequence[str], lines: Sequence[Line], console: Console) -> None:
    from rich.table import Table

    table = Table(*heads[:-1], box=None, pad_edge=False)
    table.add_column(heads[-1], ratio=1)
    for line in lines:
        table.add_row(*map(_make_text, (*line.cells, (line.words, ""))))
    console.print(table)


def _print_blocks(lines: Sequence[Line], console: Console) -> None:
    from rich.text import Text

    for line in lines:
        head = Text(" " * GAP).join(_make_text(cell) for cell in line.brief if cell[0])
        _print_hanging(head, "", console)
        _print_hanging(_make_text((line.words, "")), INDENT, console)


def _print_hanging(text: Text, first: str, console: Console) -> None:
    """Print words over as many lines as they need, all but the first indented."""
    room = max(console.width - len(INDENT), 1)
    for number, piece in enumerate(text.wrap(console, room)):
        piece.rstrip()
        console.print(INDENT if number else first, piece, sep="", soft_wrap=True)


def _make_text(cell: Cell) -> Text:
    from rich.text import Text

    return Text(print_safe(cell[0]), style=cell[1])


def _show_days(when: When) -> str:
    first, last = when.earliest or "", when.latest or ""
    return first if first == last else f"{first}–{last}"


def _show_parties(parties: Iterable[Party]) -> str:
    return ", ".join(p.code or p.name or p.text for p in parties)
