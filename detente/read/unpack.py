"""ZIP archives with limits to what they unpack to; names in them are never used as paths."""

from __future__ import annotations

import zlib
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from detente.errors import InputError
from detente.read.build import CHECK_SAVED, MAX_FILE

MAX_RATIO = 200  # unpacked bytes for each packed one; Office files have up to about 50
SMALL = 1_000_000  # bytes below which the ratio doesn't matter
MAX_MEMBERS = 10_000


def open_zip(stream: IO[bytes], subject: str) -> ZipFile:
    """The archive in `stream`. Raises InputError where it is none, is encrypted or has too many members."""
    try:
        archive = ZipFile(stream)
    except (BadZipFile, NotImplementedError, ValueError) as e:
        raise InputError(subject, f"is no whole ZIP archive ({e})", CHECK_SAVED) from e
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise InputError(subject, f"holds over {MAX_MEMBERS:,} files", "Unpack it and give the folder")
    if any(member.flag_bits & 1 for member in members):
        raise InputError(subject, "is encrypted", "Unpack it with its password first")
    return archive


def read_member(archive: ZipFile, name: str, subject: str) -> bytes | None:
    """The bytes of the member `name`, None where there is none. Raises InputError where they are too many."""
    if name not in archive.NameToInfo:
        return None
    member = archive.getinfo(name)
    check_size(member, subject)
    if member.file_size > MAX_FILE:
        raise InputError(
            subject, f"unpacks to over {MAX_FILE // 1_000_000} MB", "Split it into smaller files"
        )
    try:
        return archive.read(member)
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as e:
        raise InputError(subject, f"can't be unpacked ({e})", CHECK_SAVED) from e


def check_size(member: ZipInfo, subject: str) -> None:
    """Raises InputError for a member that unpacks to far more than it takes, as in a decompression bomb."""
    if member.file_size > max(SMALL, MAX_RATIO * member.compress_size):
        fault = f"unpacks to more than {MAX_RATIO} times its size, as a decompression bomb does"
        raise InputError(subject, fault, "Don't open it unless you know who made it")
