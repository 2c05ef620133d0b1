"""Mail (.eml) and mailboxes (.mbox) → reports, one message at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from detente.errors import InputError
from detente.read.build import MAX_FILE, Dating, Draft, Read, Source, try_report
from detente.read.decode import check_binary, decode_text
from detente.read.pages import clean_page, flatten_page

STARTS = re.compile(rb"From \S.*\b\d{4}\s*$")
QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
LIST_NAME = re.compile(r"\s*\"?([^<\"]*?)\"?\s*<")


def read_mail(source: Source, dating: Dating) -> Iterator[Read]:
    """The report in a mail: its plain text, else its page's. Attachments are named in a note, not read."""
    data = source.read_document()
    check_binary(data, source.subject)
    yield _read_message(data, source.subject, source, dating)


def read_mailbox(source: Source, dating: Dating) -> Iterator[Read]:
    """The report in each message of a mailbox in the mbox format (RFC 4155), one in memory at a time."""
    if not source.stream.peek(5).startswith(b"From "):
        raise InputError(
            source.subject, "is no mailbox in the mbox format", "Export it as mbox, or as .eml files"
        )
    for number, message in enumerate(_split_mailbox(source), 1):
        subject = f"{source.subject}, message {number}"
        if len(message) > MAX_FILE:
            fault = f"is over {MAX_FILE // 1_000_000} MB"
            yield InputError(subject, fault, "Save it as .eml without its attachments")
        else:
            yield _read_message(QUOTED.sub(rb"\1", message), subject, source, dating)


def _split_mailbox(source: Source) -> Iterator[bytearray]:
    """The messages, each cut off above MAX_FILE; one starts at a 'From ' line after an empty line."""
    message = bytearray()
    after_blank, begun = True, False
    while line := source.stream.readline(MAX_FILE):
        if after_blank and STARTS.match(line):
            if begun:
                yield message
            message, begun = bytearray(), True
        elif len(message) <= MAX_FILE:
            message += line
        after_blank = not line.strip()
    if begun:
        yield message


def _read_message(data: bytes | bytearray, subject: str, source: Source, dating: Dating) -> Read:
    try:
        return try_report(_draft_message(bytes(data), subject, source.path), dating)
    except InputError as e:
        return e
    except (MessageError, LookupError, ValueError, AttributeError, RecursionError) as e:
        return InputError(subject, f"is no valid mail ({e})", "Save its text as .txt")


def _draft_message(data: bytes, subject: str, path: str) -> Draft:
    message = message_from_bytes(data, policy=default)
    if not message.keys():
        raise InputError(subject, "is no mail: it has no headers", "Give it the suffix of what it is")
    text, encoding, notes = _read_body(message, subject)
    name, address = parseaddr(str(message.get("From", "")))
    listed = LIST_NAME.match(str(message.get("List-Id", "")))
    archived = str(message.get("Archived-At", "")).strip(" <>")
    return Draft(
        subject=subject,
        path=path,
        text=text,
        title=_read_header(message, "Subject"),
        published=_read_header(message, "Date"),
        url=archived if archived.startswith(("http://", "https://")) else None,
        source=listed[1] if listed else None,
        author=name or address or None,
        given_id=_read_header(message, "Message-ID"),
        encoding=encoding,
        notes=(*notes, *_note_attachments(message)),
    )


def _read_header(message: EmailMessage, name: str) -> str | None:
    return str(message[name]) if message[name] is not None else None


def _read_body(message: EmailMessage, subject: str) -> tuple[str, str, tuple[str, ...]]:
    """The text of the first plain or else HTML part, its encoding, and notes on that."""
    part = message.get_body(("plain", "html"))
    if part is None:
        raise InputError(subject, "the mail holds no text", "Save its attachments and read them")
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    is_page = part.get_content_subtype() == "html"
    stated = part.get_content_charset()
    found = decode_text(data, subject, page=is_page)
    text, encoding, notes = found.text, found.encoding, found.notes
    if stated and encoding != "utf-8":
        try:
            text, encoding, notes = data.decode(stated), stated, ()
        except (LookupError, ValueError):
            notes = (*notes, f"the mail says {stated!r}, which it is not")
    if is_page:
        text = clean_page(text) or flatten_page(text)
    return text, encoding, notes


def _note_attachments(message: EmailMessage) -> tuple[str, ...]:
    names = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    return (f"attachments that were not read: {', '.join(names)[:200]}",) if names else ()
