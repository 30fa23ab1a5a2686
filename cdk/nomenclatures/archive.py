"""Opening what an operator was given: a ZIP of CSV files, or one CSV file; refused when it could do harm.

Nothing is unpacked on disk. Sizes are counted while reading, never believed.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO

LARGEST_FILE = 256 * 1024 * 1024
"""Bytes of a file as it lies on disk. ROME's ZIP is 5 MB."""
LARGEST_MEMBER = 128 * 1024 * 1024
LARGEST_WHOLE = 384 * 1024 * 1024
"""Bytes unpacked, of one member and of all."""
MOST_MEMBERS = 200
_CHUNK = 1024 * 1024


class Faulty(Exception):
    """The file cannot be taken; the message says what is wrong and where."""


def is_archive(path: Path) -> bool:
    """Whether the file begins like a ZIP. Raises `Faulty` when it cannot be read or is too large."""
    with _opened(path) as file:
        return file.read(4) in {b"PK\x03\x04", b"PK\x05\x06"}


def members(path: Path) -> Mapping[str, bytes]:
    """The CSV files of a ZIP by their names, unpacked. Raises `Faulty`."""
    with _opened(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return _unpacked(path, archive)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise Faulty(f"{path}: is not a whole ZIP ({error})") from None


def content(path: Path) -> bytes:
    """One CSV file, of which a `.gz` is unpacked. Raises `Faulty`."""
    with _opened(path) as file:
        try:
            return _limited(gzip.open(file) if path.suffix == ".gz" else file, str(path))
        except (OSError, EOFError, zlib.error) as error:
            raise Faulty(f"{path}: cannot be unpacked ({error})") from None


def text(raw: bytes, name: str) -> str:
    """UTF-8 text. Raises `Faulty` naming the line that is not."""
    try:
        decoded = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        raise Faulty(f"{name}, line {raw.count(10, 0, error.start) + 1}: is not UTF-8") from None
    if "\0" in decoded:
        raise Faulty(f"{name}, line {decoded.count(chr(10), 0, decoded.index(chr(0))) + 1}: holds a NUL character")
    return decoded


def _opened(path: Path) -> IO[bytes]:
    try:
        if not path.is_file():
            raise Faulty(f"{path}: is not a file")
        if path.stat().st_size > LARGEST_FILE:
            raise Faulty(f"{path}: is larger than {LARGEST_FILE // 2**20} MB")
        return path.open("rb")
    except OSError as error:
        raise Faulty(f"{path}: cannot be read ({error.strerror})") from None


def _unpacked(path: Path, archive: zipfile.ZipFile) -> dict[str, bytes]:
    listed = [member for member in archive.infolist() if not member.is_dir()]
    if len(listed) > MOST_MEMBERS:
        raise Faulty(f"{path}: holds {len(listed)} files, more than {MOST_MEMBERS}")
    found: dict[str, bytes] = {}
    whole = 0
    for member in listed:
        name = _safe_name(path, member)
        if name in found:
            raise Faulty(f"{path}: holds {name} twice")
        if not name.casefold().endswith(".csv"):
            continue
        with archive.open(member) as stream:
            found[name] = _limited(stream, f"{path}: {name}")
        whole += len(found[name])
        if whole > LARGEST_WHOLE:
            raise Faulty(f"{path}: unpacks to more than {LARGEST_WHOLE // 2**20} MB")
    return found


def _safe_name(path: Path, member: zipfile.ZipInfo) -> str:
    """The name without its folder. A path that leads out, a link or a password is refused, not repaired."""
    said = member.orig_filename.replace("\\", "/")
    parts = said.split("/")
    if said.startswith("/") or ".." in parts or ":" in parts[0] or not said.isprintable():
        raise Faulty(f"{path}: holds a file whose path leads elsewhere ({said[:80]!r})")
    if member.flag_bits & 0x1:
        raise Faulty(f"{path}: {parts[-1]} is encrypted")
    if (member.external_attr >> 16) & 0o170000 == 0o120000:
        raise Faulty(f"{path}: {parts[-1]} is a link")
    return parts[-1]


def _limited(stream: IO[bytes] | gzip.GzipFile | zipfile.ZipExtFile, name: str) -> bytes:
    taken = io.BytesIO()
    while chunk := stream.read(_CHUNK):
        taken.write(chunk)
        if taken.tell() > LARGEST_MEMBER:
            raise Faulty(f"{name}: unpacks to more than {LARGEST_MEMBER // 2**20} MB")
    return taken.getvalue()
