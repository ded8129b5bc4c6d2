"""The checksums in a RAR, read from its blocks.

Needed because libarchive compares none of a member read to its end, and takes a RAR cut off between two members for a
whole one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rag.errors import BrokenArchive

_RAR4, _RAR5 = b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"
# RAR 4: types of blocks, and flags that make them longer
_FILE4, _END4, _HAS_DATA, _LARGE = 0x74, 0x7B, 0x8000, 0x100
# RAR 5
_FILE5, _END5, _EXTRA, _DATA, _TIME, _CRC = 2, 5, 1, 2, 2, 4
_HEAD = 128
"""Bytes: enough for all that stands in a block before the name."""


def checksums(path: Path) -> list[int | None]:
    """The CRC-32 of each member and folder, in the order of the archive; ``None`` where it is another checksum.

    Empty for what is no RAR.

    :raises BrokenArchive: the blocks do not go on to the end of the archive.
    """
    with path.open("rb") as file:
        mark = file.read(len(_RAR5))
        try:
            if mark == _RAR5:
                return list(_rar5(file))
            return list(_rar4(file)) if mark.startswith(_RAR4) else []
        except (struct.error, IndexError) as error:
            raise BrokenArchive(f"{path.name}：壓縮檔不完整，請重新下載") from error


def _rar4(file: BinaryIO) -> Iterator[int | None]:
    """A block: CRC (2 bytes), type, flags (2), size (2), then the size of its data (4) where it has some."""
    at = len(_RAR4)
    while True:
        file.seek(at)
        head = file.read(_HEAD)
        kind, flags, size = struct.unpack_from("<BHH", head, 2)
        if size < 7 or (kind == _END4 and size > len(head)):
            raise IndexError
        if kind == _END4:
            return
        data = struct.unpack_from("<I", head, 7)[0] if kind == _FILE4 or flags & _HAS_DATA else 0
        if kind == _FILE4:
            data += struct.unpack_from("<I", head, 32)[0] << 32 if flags & _LARGE else 0
            yield struct.unpack_from("<I", head, 16)[0]
        at += size + data


def _rar5(file: BinaryIO) -> Iterator[int | None]:
    """A block: CRC (4 bytes), then numbers of variable length: size, type, flags, size of extra fields, of data."""
    at = len(_RAR5)
    while True:
        file.seek(at)
        head = file.read(_HEAD)
        size, start = _number(head, 4)
        kind, place = _number(head, start)
        flags, place = _number(head, place)
        if kind == _END5:
            _ = head[start + size - 1]
            return
        _, place = _number(head, place) if flags & _EXTRA else (0, place)
        data, place = _number(head, place) if flags & _DATA else (0, place)
        if kind == _FILE5:
            yield _crc(head, place)
        at += start + size + data


def _crc(head: bytes, place: int) -> int | None:
    """Of a file block: flags, size, attributes, time of change (4 bytes) and checksum (4) where it has them."""
    flags, place = _number(head, place)
    _, place = _number(head, place)
    _, place = _number(head, place)
    place += 4 if flags & _TIME else 0
    found: int | None = struct.unpack_from("<I", head, place)[0] if flags & _CRC else None
    return found


def _number(data: bytes, place: int) -> tuple[int, int]:
    """Seven bits a byte, lowest first, the last byte below 128; and where the next thing begins."""
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
