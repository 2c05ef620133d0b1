"""Single texts, Markdown files and saved pages → reports; a text may be an export of many articles."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import yaml

from detente.errors import InputError
from detente.read.build import MAX_BYTES, Dating, Draft, Read, Source, too_large, try_report
from detente.read.decode import Decoded, check_binary, decode_text
from detente.read.exports import find_articles, may_be_export
from detente.read.pages import flatten_page, read_page
from detente.records import Skipped

FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n(?=[\w-]+[ \t]*:)(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?=\r?\n|\Z)", re.DOTALL
)


def read_whole(
    stream: io.BufferedIOBase, subject: str, page: bool = False, stated: str | None = None
) -> Decoded:
    """The text of a stream that holds one; its server may have `stated` an encoding.

    Raises InputError where it is too big or no text.
    """
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise too_large(subject)
    check_binary(data, subject)
    return decode_text(data, subject, page=page, stated=stated)


def read_plain(source: Source, dating: Dating) -> Iterator[Read]:
    """The report in a plain text, or the articles of an export."""
    found = read_whole(source.stream, source.subject)
    yield from build_texts(
        Draft(source.subject, source.path, found.text, encoding=found.encoding, notes=found.notes), dating
    )


def build_texts(draft: Draft, dating: Dating) -> Iterator[Read]:
    """The articles where the draft's text is an export of LexisNexis or Factiva, else the one report."""
    for part in find_articles(draft) or [draft]:
        yield part if isinstance(part, InputError) else try_report(part, dating)


def read_saved_page(source: Source, dating: Dating) -> Iterator[Read]:
    """The article in a saved page, or the articles of an export."""
    found = read_whole(source.stream, source.subject, page=True)
    if may_be_export(found.text):
        text = flatten_page(found.text)
        flat = Draft(source.subject, source.path, text, encoding=found.encoding, notes=found.notes)
        if find_articles(flat):
            yield from build_texts(flat, dating)
            return
    yield try_report(draft_page(found, source.path, source.subject, dating.day_first), dating)


def draft_page(found: Decoded, path: str, subject: str, day_first: bool | None) -> Draft:
    """The article of a page as a draft. Raises InputError where the page holds none."""
    page = read_page(found.text, day_first)
    if not page.text:
        cut = " and may be cut short" if page.notes else ""
        cure = "Save the page again, or save its text as .txt"
        raise InputError(subject, f"the page holds no article that can be found{cut}", cure)
    return Draft(
        subject=subject,
        path=path,
        text=page.text,
        title=page.title,
        published=page.published,
        url=page.url,
        source=page.source,
        author=page.author,
        encoding=found.encoding,
        notes=(*found.notes, *page.notes),
    )


def read_markdown(source: Source, dating: Dating) -> Iterator[Read]:
    """The report in a Markdown file, with what its front matter states."""
    found = read_whole(source.stream, source.subject)
    matter = FRONT_MATTER.match(found.text)
    stated = _read_front_matter(matter[1], source.subject) if matter else {}
    passed = Skipped(0, matter.end(), matter[0], "front matter") if matter else None
    draft = Draft(
        subject=source.subject,
        path=source.path,
        text=found.text,
        title=stated.get("title"),
        published=stated.get("published") or stated.get("date"),
        url=stated.get("url"),
        source=stated.get("source"),
        author=stated.get("author"),
        encoding=found.encoding,
        skipped=(passed,) if passed else (),
        notes=found.notes,
    )
    yield try_report(draft, dating)


def _read_front_matter(block: str, subject: str) -> dict[str, str]:
    try:
        stated = yaml.load(block, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as e:
        line = e.problem_mark.line + 2 if e.problem_mark else 2
        fault = f"the front matter is not valid YAML: {e.problem}"
        raise InputError(f"{subject}, line {line}", fault, "Put values that hold a colon in quotes") from e
    except (yaml.YAMLError, RecursionError) as e:
        raise InputError(subject, "the front matter is not valid YAML", "Mend it, or remove it") from e
    found = stated if isinstance(stated, dict) else {}
    plain = {str(key).lower(): [value] if isinstance(value, str) else value for key, value in found.items()}
    return {
        key: ", ".join(words)
        for key, words in plain.items()
        if isinstance(words, list) and all(isinstance(word, str) for word in words)
    }
