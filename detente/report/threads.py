"""Negotiations in words and as pictures: their steps with the sentence that tells each, and their state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from detente.draw import LaneStep, draw_lanes, list_pending, parse_day
from detente.records import EventMention, Participant, Report, Thread, ThreadStep
from detente.report.marking import Piece, mark_quote
from detente.report.wording import count_things, describe_says, format_day, format_span, name_state, shorten

MOST_LANES = 6
STATE_MARKS = {"open": "…", "agreed": "=", "broken off": "×", "fulfilled": "✓"}


@dataclass(frozen=True, slots=True)
class StepView:
    """One move in words; `answers` is the number of the step that it answers, `pending` a lack of answers.

    The mention that tells it, with its words in pieces, is missing where the store no longer has it.
    """

    number: int
    day: str
    who: str
    move: str
    whom: str
    answers: int | None
    pending: bool
    quote: str
    mention: EventMention | None
    pieces: tuple[Piece, ...]
    outside: tuple[tuple[str, str], ...]
    says: str
    source: str
    href: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread in words, with its picture."""

    id: str
    prefix: str
    topic: str
    names: tuple[str, ...]
    state: str
    mark: str
    standing: str
    days: str
    summary: str
    picture: Markup
    steps: tuple[StepView, ...]
    reasons: tuple[str, ...]


def name_parties(thread: Thread) -> dict[str, str]:
    """Names by the keys that steps use, those who take part first and then who else is named."""
    names = {p.code or p.name: name_lane(p) for p in thread.parties}
    keys = (key for step in thread.steps for key in (*step.actor, *step.recipient))
    return names | {key: name_state(key) or shorten(key, 60) for key in keys if key not in names}


def name_lane(party: Participant) -> str:
    """The state's own name where it stands for one, else the name it goes by."""
    return (party.code and name_state(party.code)) or shorten(party.name, 60)


def describe_standing(thread: Thread, names: Mapping[str, str]) -> str:
    """Where a thread has led: 'open, South Korea’s turn'."""
    turn = " and ".join(names.get(key, name_state(key) or key) for key in thread.ball)
    return f"{thread.state}, {turn}’s turn" if turn else thread.state


def view_thread(
    thread: Thread,
    mentions: Mapping[str, EventMention],
    reports: Mapping[str, Report],
    link: Callable[[ThreadStep], str | None],
    prefix: str,
) -> ThreadView:
    """A thread ready to be shown: `mentions` and `reports` by id tell its steps, `link` is their address.

    `prefix` starts the ids in the picture, which links to `{prefix}-step-1` and so on.
    """
    names = name_parties(thread)
    lanes = _choose_lanes(thread, names)
    drawn = _list_lane_steps(thread, lanes, names, prefix)
    pending = {thread.steps[n].mention for n in list_pending(drawn)}
    numbers = {step.mention: number for number, step in enumerate(thread.steps, 1)}
    standing = describe_standing(thread, names)
    summary = f"{count_things(len(thread.steps), 'step')}, {format_days(thread)}; {standing}"
    title = f"Negotiation about “{shorten(thread.topic.text, 80)}”"
    return ThreadView(
        id=thread.id, prefix=prefix, topic=shorten(thread.topic.text),
        names=tuple(names[p.code or p.name] for p in thread.parties),
        state=thread.state, mark=STATE_MARKS[thread.state], standing=standing, days=format_days(thread),
        summary=summary,
        picture=draw_lanes(
            drawn, [names[key] for key in lanes], title=title, desc=summary,
            state=standing[:1].upper() + standing[1:], prefix=prefix,
        ),
        steps=tuple(
            _view_step(step, numbers, names, mentions, reports, link(step), step.mention in pending)
            for step in thread.steps
        ),
        reasons=thread.reasons,
    )  # fmt: skip


def _choose_lanes(thread: Thread, names: Mapping[str, str]) -> list[str]:
    """The keys of those who act; of others too where only one does."""
    acting = {key for step in thread.steps for key in step.actor}
    chosen = [key for key in names if key in acting]
    return (chosen if len(chosen) > 1 else list(dict.fromkeys([*chosen, *names])))[:MOST_LANES]


def format_days(thread: Thread) -> str:
    """The days from the first step to the last in words."""
    days = [parse_day(day) for day in (thread.opened, thread.last) if day]
    return format_span(days[0], days[-1]) if days else "no date"


def _list_lane_steps(
    thread: Thread, lanes: list[str], names: Mapping[str, str], prefix: str
) -> list[LaneStep]:
    """The steps as drawn; whoever has no lane of their own stands on the last."""
    places = {step.mention: place for place, step in enumerate(thread.steps)}
    last = len(lanes) - 1
    found = []
    for number, step in enumerate(thread.steps, 1):
        actors = tuple(dict.fromkeys(lanes.index(a) if a in lanes else last for a in step.actor))
        whom = tuple(dict.fromkeys(lanes.index(r) for r in step.recipient if r in lanes))
        label = f"{number}. {_name_day(step.day)}: {_name_move(step, names)}. “{shorten(step.quote, 120)}”"
        answers = places[step.answers.mention] if step.answers else None
        found.append(
            LaneStep(step.day, step.move, actors or (0,), whom, answers, label, f"#{prefix}-step-{number}")
        )
    return found


def _name_day(day: str | None) -> str:
    return format_day(parse_day(day)) if day else "no date"


def _name_all(keys: tuple[str, ...], names: Mapping[str, str]) -> str:
    return " and ".join(names[key] for key in keys)


def _name_move(step: ThreadStep, names: Mapping[str, str]) -> str:
    whom = f" to {_name_all(step.recipient, names)}" if step.recipient else ""
    return f"{_name_all(step.actor, names)} {step.move}{whom}"


def _view_step(
    step: ThreadStep,
    numbers: Mapping[str, int],
    names: Mapping[str, str],
    mentions: Mapping[str, EventMention],
    reports: Mapping[str, Report],
    href: str | None,
    pending: bool,
) -> StepView:
    mention = mentions.get(step.mention)
    report = reports.get(mention.report_id) if mention else None
    pieces, outside = mark_quote(mention, report.text) if mention and report else ((), ())
    source = (
        " · ".join(filter(None, (report.source or report.title, _name_day(report.published))))
        if report
        else ""
    )
    return StepView(
        number=numbers[step.mention], day=_name_day(step.day), who=_name_all(step.actor, names),
        move=step.move, whom=_name_all(step.recipient, names),
        answers=numbers[step.answers.mention] if step.answers else None, pending=pending, quote=step.quote,
        mention=mention, pieces=pieces, outside=outside, says=describe_says(mention.says) if mention else "",
        source=source, href=href,
        reasons=(*step.reasons, *(step.answers.reasons if step.answers else ())),
    )  # fmt: skip
