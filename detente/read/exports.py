"""Exports of LexisNexis and Factiva, one text with many articles → a draft for each article.

The layouts are told by their fixed lines: 'n of m DOCUMENTS' (LexisNexis Academic), 'Body' and 'End of
Document' (Nexis Uni, Lexis+), 'Document' with an accession number (Factiva, with or without field codes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from detente.errors import InputError
from detente.read.build import Draft

NUMBERED = re.compile(r"^[^\S\n]*\d+ of \d+ DOCUMENTS?[^\S\n]*$", re.MULTILINE)
LEXIS_END = re.compile(r"^[^\S\n]*End of Document[^\S\n]*$", re.MULTILINE)
FACTIVA_END = re.compile(r"^[^\S\n]*(?:AN[\s|]+)?Document ([A-Z]{2,}[A-Z0-9]{8,})[^\S\n|]*$", re.MULTILINE)
MARKS = re.compile(r"\d of \d+ DOCUMENT|End of Document|Document [A-Z]{2,}[A-Z0-9]{8,}")

MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
DAY = re.compile(rf"\b{MONTH}\.? \d{{1,2}},? \d{{4}}\b|\b\d{{1,2}} {MONTH} \d{{4}}\b")
WORDS = re.compile(r"\d[\d,]* words?")
COUNTED = re.compile(rf"^[^\S\n]*{WORDS.pattern}[^\S\n]*$", re.MULTILINE)
COPYRIGHT = re.compile(r"(?:\(c\)|©|copyright\b).*", re.IGNORECASE)
BYLINE = re.compile(r"by (?=\S)", re.IGNORECASE)
TIME = re.compile(r"\d{1,2}:\d{2}")
EDITION = re.compile(r".*\bedition\b.*", re.IGNORECASE)

BODY = re.compile(r"^[^\S\n]*(?:BODY:?|Body)[^\S\n]*(?:\n|$)|^[^\S\n]*BODY:[^\S\n]*", re.MULTILINE)
LABEL = re.compile(r"([A-Z][A-Za-z]*(?:[- ][A-Za-z]+)?):\s*(.*)")
AFTER_BODY = re.compile(
    r"^[^\S\n]*(?:(?:LOAD-DATE|LANGUAGE|GRAPHIC|PUBLICATION-TYPE|DOCUMENT-TYPE|SUBJECT|JOURNAL-CODE|TYPE|"
    r"CORRECTION-DATE|NOTES):.*|Load-Date:.*|Graphic|Classification|Correction)[^\S\n]*$",
    re.MULTILINE,
)
CODE = re.compile(
    r"^(SE|HD|BY|CR|WC|PD|ET|SN|SC|ED|PG|VOL|LA|CY|CX|LP|TD|CT|RF|CO|IN|NS|RE|IPC|IPD|PUB|ART|CLM)"
    r"(?: {2,}|[\t|]|[^\S\n]*$)",
    re.MULTILINE,
)
HEADLINE = re.compile(r"^HD(?: {2,}|[\t|]|[^\S\n]*$)", re.MULTILINE)
HEAD_LABELS = "headline byline section length dateline highlight series source".split()


@dataclass(frozen=True, slots=True)
class Article:
    """One article of an export; `text` is '' where no body was found."""

    text: str
    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    author: str | None = None
    number: str | None = None


def may_be_export(text: str) -> bool:
    """Whether a text or the source of a page holds a line that only exports have."""
    return bool(MARKS.search(text))


def find_articles(draft: Draft) -> list[Draft | InputError]:
    """The articles in the draft's text, each as a draft of its own; none where it is no export.

    An article without a body is an InputError in its place.
    """
    found = list(_read_articles(draft.text.replace("\r\n", "\n")))
    return [
        _make_draft(article, replace(draft, subject=f"{draft.subject}, article {number}"))
        for number, article in enumerate(found, 1)
    ]


def _make_draft(article: Article, draft: Draft) -> Draft | InputError:
    if not article.text:
        fault = f"{article.title!r} has no body" if article.title else "has no body"
        return InputError(draft.subject, fault, "Export it again with its full text")
    return replace(
        draft,
        text=article.text,
        title=article.title,
        source=article.outlet,
        published=article.published,
        author=article.author,
        given_id=article.number,
    )


def _read_articles(text: str) -> Iterator[Article]:
    if FACTIVA_END.search(text) and (HEADLINE.search(text) or COUNTED.search(text)):
        start = 0
        for end in FACTIVA_END.finditer(text):
            yield _read_factiva(text[start : end.start()], end[1])
            start = end.end()
    elif numbered := list(NUMBERED.finditer(text)):
        ends = [mark.start() for mark in numbered[1:]] + [len(text)]
        for mark, stop in zip(numbered, ends, strict=True):
            yield _read_lexis(text[mark.end() : stop])
    elif LEXIS_END.search(text) and BODY.search(text):
        start = 0
        for end in LEXIS_END.finditer(text):
            yield _read_lexis(text[start : end.start()])
            start = end.end()


def _read_lexis(block: str) -> Article:
    """An article after a head of title, outlet, day and labelled lines; in older layouts the title is below.

    The last day counts, as a cover page with the day of the export may stand above the first article.
    """
    body = BODY.search(block)
    head = block[: body.start()] if body else block
    after = block[body.end() :] if body else ""
    end = AFTER_BODY.search(after)
    loose, labelled = _read_head(head)
    day = max((i for i, line in enumerate(loose) if DAY.search(line)), default=len(loose))
    title = labelled.get("headline") or (loose[day - 2] if 1 < day < len(loose) else None)
    if not title:
        title = next((line for line in loose[day + 1 :] if not EDITION.fullmatch(line)), None)
    stated = DAY.search(loose[day]) if day < len(loose) else None
    byline = labelled.get("byline")
    return Article(
        text=(after[: end.start()] if end else after).strip(),
        title=title,
        outlet=loose[day - 1] if 0 < day < len(loose) else None,
        published=stated[0] if stated else None,
        author=BYLINE.sub("", byline, count=1) if byline else None,
    )


def _read_head(head: str) -> tuple[list[str], dict[str, str]]:
    """The lines that stand without a label before the first that has one, and the labelled ones."""
    loose: list[str] = []
    labelled: dict[str, str] = {}
    label = None
    for line in map(str.strip, head.split("\n")):
        found = LABEL.fullmatch(line)
        if found and found[1].lower() in HEAD_LABELS:
            label = found[1].lower()
            labelled[label] = found[2]
        elif not line:
            label = None if not label or labelled[label] else label
        elif label:
            labelled[label] = f"{labelled[label]} {line}".strip()
        elif not COPYRIGHT.fullmatch(line) and not labelled:
            loose.append(line)
    return loose, labelled


def _read_factiva(block: str, number: str) -> Article:
    if HEADLINE.search(block):
        return _read_coded(block, number)
    lines = block.strip().split("\n")
    filled = [(i, line.strip()) for i, line in enumerate(lines) if line.strip()]
    at = next((k for k, (_, line) in enumerate(filled) if WORDS.fullmatch(line)), None)
    if at is None:
        return Article("", filled[0][1] if filled else None, number=number)
    before, after = [line for _, line in filled[:at]], filled[at + 1 :]
    byline = before.pop() if len(before) > 1 and BYLINE.match(before[-1]) else None
    day = next((k for k, (_, line) in enumerate(after) if DAY.search(line)), None)
    stated = DAY.search(after[day][1]) if day is not None else None
    below = [] if day is None else [line for _, line in after[day + 1 :]]
    outlet = next((line for line in below if not TIME.match(line)), None)
    start = next((i + 1 for i, line in after if COPYRIGHT.fullmatch(line)), len(lines))
    return Article(
        text="\n".join(lines[start:]).strip(),
        title=before[-1] if before else None,
        outlet=outlet,
        published=stated[0] if stated else None,
        author=BYLINE.sub("", byline, count=1) if byline else None,
        number=number,
    )


def _read_coded(block: str, number: str) -> Article:
    """An article whose fields start with Factiva's codes (HD headline, LP lead, TD the rest of the text)."""
    marks = list(CODE.finditer(block))
    ends = [mark.start() for mark in marks[1:]] + [len(block)]
    fields: dict[str, str] = {}
    for mark, end in zip(marks, ends, strict=True):
        fields.setdefault(mark[1], block[mark.end() : end].strip(" \t\n|"))
    stated = DAY.search(fields.get("PD", ""))
    return Article(
        text="\n\n".join(filter(None, (fields.get("LP"), fields.get("TD")))),
        title=fields.get("HD"),
        outlet=fields.get("SN"),
        published=stated[0] if stated else None,
        author=BYLINE.sub("", fields["BY"], count=1) if fields.get("BY") else None,
        number=number,
    )
