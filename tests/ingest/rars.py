"""RAR archives made on the spot, members stored as they are: the two formats, as Windows writes them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

RAR4_END = bytes.fromhex("c43d7b00400700")
RAR5_END = bytes.fromhex("1d77565103050400")


def rar4(members: Mapping[str, bytes], unicode: bool = True) -> bytes:
    """``unicode``: names also in UTF-16, as WinRAR adds; without, in Big5 alone."""
    main = _block4(0x73, 0, bytes(6))
    return b"Rar!\x1a\x07\x00" + main + b"".join(_file4(*one, unicode) for one in members.items()) + RAR4_END


def rar5(members: Mapping[str, bytes]) -> bytes:
    main = _block5(b"\x01\x00\x00")
    return b"Rar!\x1a\x07\x01\x00" + main + b"".join(_file5(*one) for one in members.items()) + RAR5_END


def _file4(name: str, body: bytes, unicode: bool) -> bytes:
    packed = name.encode("cp950") + (b"\x00" + _utf16_name(name) if unicode else b"")
    fields = (len(body), len(body), 2, zlib.crc32(body), 0x5A21_0000, 29, 0x30, len(packed), 0x20)
    header = struct.pack("<IIBIIBBHI", *fields) + packed
    return _block4(0x74, 0x8000 | (0x200 if unicode else 0), header) + body


def _utf16_name(name: str) -> bytes:
    """Each character as low and high byte, four of them after a byte that says so."""
    groups = (name[at : at + 4] for at in range(0, len(name), 4))
    return b"\x00" + b"".join(b"\xaa" + group.encode("utf-16-le") for group in groups)


def _block4(kind: int, flags: int, rest: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(rest)) + rest
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def _file5(name: str, body: bytes) -> bytes:
    packed = name.encode()
    fields = b"\x02\x02" + _vint(len(body)) + b"\x04" + _vint(len(body)) + _vint(0x20)
    fields += struct.pack("<I", zlib.crc32(body)) + b"\x00\x00" + _vint(len(packed)) + packed
    return _block5(fields) + body


def _block5(fields: bytes) -> bytes:
    head = _vint(len(fields)) + fields
    return struct.pack("<I", zlib.crc32(head)) + head


def _vint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
