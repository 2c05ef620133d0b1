"""Web pages → article text and what the page states about it, by trafilatura."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import lxml.etree
import lxml.html
import trafilatura

from detente.checks import check_kind
from detente.read.days import DayError, read_day

DATE_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "dc.date.issued",
    "dcterms.issued", "dc.date", "dcterms.date", "dcterms.created", "parsely-pub-date", "sailthru.date",
    "publish-date", "publication_date", "pubdate", "citation_publication_date", "article.published", "date",
)  # fmt: skip
XML_HEAD = re.compile(r"^\s*<\?xml[^>]*>|<!DOCTYPE[^>]*>", re.IGNORECASE)
NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML can't hold
PART = "\N{PARAGRAPH SEPARATOR}"
BLOCKS = (
    "address article aside blockquote br dd div dl dt figcaption footer h1 h2 h3 h4 h5 h6 header hr li main "
    "ol p pre section table td th tr ul"
).split()
TIMES = "//time[@pubdate or @itemprop='datePublished' or contains(@class, 'published')]"

for _name in ("trafilatura", "htmldate", "courlan"):  # faults are told in errors and notes, once
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Page:
    """An article's text and what its page states; `published` is an ISO day."""

    text: str
    title: str | None = None
    published: str | None = None
    url: str | None = None
    source: str | None = None
    author: str | None = None
    notes: tuple[str, ...] = ()


def clean_page(html: str) -> str:
    """The article text of a web page, paragraphs separated by blank lines; '' when there is none.

    Menus, adverts, comments and other parts around the article are left out (by trafilatura, see
    https://aclanthology.org/2021.acl-demo.15/). The same page always gives the same text.
    """
    check_kind(html, str, "clean_page", "Decode the page to a str first")
    text = trafilatura.extract(html, include_comments=False)
    text = text or trafilatura.extract(html, include_comments=False, favor_recall=True) or ""
    return "\n\n".join(line.strip() for line in text.splitlines() if line.strip())


def flatten_page(html: str) -> str:
    """All text of a page or a part of one, paragraphs separated by blank lines; scripts are left out.

    For HTML that is the report already, as in feeds, mails and exports, where nothing is to be chosen.
    """
    if not html.strip():
        return ""
    tree = lxml.html.fromstring(f"<div>{NO_XML.sub('', XML_HEAD.sub('', html))}</div>")
    lxml.etree.strip_elements(tree, "script", "style", "head", lxml.etree.Comment, with_tail=False)
    words = NO_XML.sub("", "".join(_walk_words(tree)))
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in words.split(PART))))


def _walk_words(tree: Any) -> Iterator[str]:
    """The words of a tree, with PART where a block begins or ends."""
    for event, element in lxml.etree.iterwalk(tree, ("start", "end")):
        if element.tag in BLOCKS:
            yield PART
        yield (element.text if event == "start" else element.tail) or ""


def read_page(html: str, day_first: bool | None = None) -> Page:
    """The article in a page, with title, author, site, address and day where the page states them.

    The day comes from `meta` elements, JSON-LD or `time` elements that say 'published', never from the
    text or the address; `day_first` says how '03/04/2013' is to be read. A page without an article has
    the text ''.
    """
    tree = trafilatura.load_html(html)
    text = clean_page(html)
    if tree is None or not text:
        return Page("", notes=_note_cut(html))
    published, notes = _read_stated_day(tree, day_first)
    about = trafilatura.extract_metadata(html, extensive=False)
    return Page(
        text, about.title, published, about.url, about.sitename, about.author, (*_note_cut(html), *notes)
    )


def _note_cut(html: str) -> tuple[str, ...]:
    ended = "</html" in html[-5000:].lower()
    return () if ended else ("the page does not end with </html>: it may be cut short",)


def _read_stated_day(tree: Any, day_first: bool | None) -> tuple[str | None, tuple[str, ...]]:
    stated = [words for words in _stated_dates(tree) if words.strip()]
    for words in stated:
        try:
            return read_day(words, day_first), ()
        except DayError:
            continue
    return None, tuple(f"the page's date {words[:40]!r} can't be read" for words in stated[:1])


def _stated_dates(tree: Any) -> Iterator[str]:
    named: dict[str, str] = {}
    for meta in tree.iter("meta"):
        for key in ("property", "name", "itemprop"):
            named.setdefault(str(meta.get(key, "")).lower(), str(meta.get("content", "")))
    yield from (named[name] for name in DATE_NAMES[:2] if name in named)
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            yield from _linked_dates(json.loads(script.text or ""))
        except (ValueError, RecursionError):
            continue
    yield from (named[name] for name in DATE_NAMES[2:] if name in named)
    for time in tree.xpath(TIMES):
        yield str(time.get("datetime") or time.text_content())


def _linked_dates(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        if isinstance(data.get("datePublished"), str):
            yield data["datePublished"]
        data = list(data.values())
    if isinstance(data, list):
        for part in data:
            yield from _linked_dates(part)
