"""Sitemaps → the reports at the addresses that they list.

The forms are those of https://www.sitemaps.org/protocol.html, and of Google's extension for news
(https://www.google.com/schemas/sitemap-news/0.9), which gives an article's outlet, title and day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import lxml.etree

from detente.errors import InputError
from detente.fetch import show_address
from detente.read.build import CHECK_SAVED, FOLLOW, Dating, Read, Source, Web, try_report
from detente.read.decode import SAMPLE
from detente.read.feeds import read_feed

ROOT = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
# where an entry's address, last change, title, outlet and day stand; other extensions have such names too, as
# <image:loc> is the address of a picture on the page
PARTS = (
    "{*}loc",
    "{*}lastmod",
    "{*}news/{*}title",
    "{*}news/{*}publication/{*}name",
    "{*}news/{*}publication_date",
)
DEEPEST = 3  # sitemaps that name sitemaps, one after the other; the protocol knows one
CURE = "Check its address, or leave it out"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a sitemap lists; `changed` is when the page last did, in ISO 8601."""

    address: str
    is_list: bool
    changed: str
    title: str | None = None
    outlet: str | None = None
    published: str | None = None


def read_xml(source: Source, dating: Dating) -> Iterator[Read]:
    """The reports of a feed, or those that a sitemap lists."""
    is_sitemap = ROOT.search(source.stream.peek(SAMPLE)[:SAMPLE])
    return read_sitemap(source, dating) if is_sitemap else read_feed(source, dating)


def read_sitemap(source: Source, dating: Dating, depth: int = 0) -> Iterator[Read]:
    """The report at each address in a sitemap, or in those that it lists; what changed last comes first.

    Raises InputError where nothing may be fetched or the sitemap can't be read.
    """
    if source.web is None:
        raise InputError(source.subject, "is a sitemap, which lists addresses without texts", FOLLOW)
    entries = sorted(_read_entries(source), key=lambda entry: entry.changed, reverse=True)
    if not entries:
        raise InputError(source.subject, "the sitemap lists no addresses", CURE)
    for entry in entries:
        try:
            if entry.is_list:
                yield from _read_inner(entry.address, source.web, dating, depth)
            else:
                yield from _read_page(entry, source.web, dating)
        except InputError as e:
            yield e


def _read_inner(address: str, web: Web, dating: Dating, depth: int) -> Iterator[Read]:
    if depth >= DEEPEST:
        raise InputError(show_address(address), f"is more than {DEEPEST} sitemaps deep", CURE)
    with web.open_list(address) as inner:
        if inner is not None:
            yield from read_sitemap(inner, dating, depth + 1)


def _read_page(entry: Entry, web: Web, dating: Dating) -> Iterator[Read]:
    draft = web.draft_page(entry.address)
    if draft is not None:
        stated = replace(
            draft,
            title=draft.title or entry.title,
            published=draft.published or entry.published,
            source=draft.source or entry.outlet,
        )
        yield try_report(stated, dating)


def _read_entries(source: Source) -> Iterator[Entry]:
    parser = lxml.etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        tree = lxml.etree.fromstring(source.read_document(), parser)
    except lxml.etree.XMLSyntaxError as e:
        raise InputError(source.subject, f"is no valid sitemap ({e.msg})", CHECK_SAVED) from e
    is_list = lxml.etree.QName(tree).localname == "sitemapindex"
    for element in tree:
        address, changed, title, outlet, published = (_read_part(element, path) for path in PARTS)
        if address:
            yield Entry(address, is_list, changed or published or "", title, outlet, published)


def _read_part(element: lxml.etree._Element, path: str) -> str | None:
    return (element.findtext(path) or "").strip() or None
