"""Token buckets that the processes of one machine share, in a file that each of them maps into its memory.

As in memory, a bucket is the moment at which it will be full again, by a clock that all processes have in common.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from struct import Struct

from api.limits import Draw, Rate

_SALT = 16  # bytes at the beginning, so that nobody can choose whose place he takes
_BUCKET = Struct("<8sd")  # whose it is, and when it will be full
_NEAR = 8  # places where one's bucket may be


class SharedBuckets:
    """The buckets of a file that ``make`` made. One that is full is a free place.

    Where no place is free, that is taken whose bucket will be full soonest, and who had it begins anew.
    """

    def __init__(self, file: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._file = file.open("r+b")
        self._bytes = mmap.mmap(self._file.fileno(), 0)
        self._salt = self._bytes[:_SALT]
        self._places = (len(self._bytes) - _SALT) // _BUCKET.size

    @staticmethod
    def make(file: Path, most: int = 16_384) -> Path:
        """Write a file with ``most`` free places, 16 bytes each; returns it."""
        file.write_bytes(os.urandom(_SALT) + bytes(most * _BUCKET.size))
        return file

    async def take(self, who: str, rate: Rate, keep: bool = True) -> Draw:
        told = blake2b(who.encode(), key=self._salt, digest_size=16).digest()
        with self._alone():
            now = self._now()
            place, full_at = self._bucket(told, now)
            draw = Draw.of(rate, max(full_at - now, 0.0))
            if draw.allowed and keep:
                _BUCKET.pack_into(self._bytes, place, told[:8], now + draw.full_s)
        return draw

    async def close(self) -> None:
        self._bytes.close()
        self._file.close()

    def _bucket(self, told: bytes, now: float) -> tuple[int, float]:
        """Where the bucket is or may be put, and when it will be full."""
        first, found = int.from_bytes(told[8:], "little"), list[tuple[float, int]]()
        for number in range(first, first + _NEAR):
            place = _SALT + number % self._places * _BUCKET.size
            owner, full_at = _BUCKET.unpack_from(self._bytes, place)
            if owner == told[:8]:
                return place, full_at
            found.append((full_at, place))
        return min(found)[1], now

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """For microseconds; a process that dies meanwhile lets go."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)
