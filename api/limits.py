"""How often one key or one address may ask: token buckets, in memory, or shared through a file or Redis.

A bucket is one number, the moment at which it will be full again; one that is full need not be kept. So a caller costs
a few bytes while he asks, and nothing afterwards.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from fastapi import HTTPException

_log = logging.getLogger(__name__)
# A moment's sum of floating-point numbers is off by less.
_SLACK = 1e-6
# The same as `MemoryBuckets.take`, in one step; by the clock of Redis, as those of several machines differ.
_TAKE = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local room, more, keep = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3] == '1'
local ahead = math.max((tonumber(redis.call('GET', KEYS[1])) or now) - now, 0)
if keep and ahead + more <= room then
    redis.call('SET', KEYS[1], string.format('%.6f', now + ahead + more), 'PX', math.ceil((ahead + more) * 1000))
end
return tostring(ahead)
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` requests at once, then ``per_minute`` in the long run."""

    per_minute: float
    burst: int

    @property
    def interval(self) -> float:
        """Seconds until one more token is there."""
        return 60 / self.per_minute

    @property
    def window(self) -> float:
        """Seconds in which an empty bucket fills up."""
        return self.burst * self.interval


@dataclass(frozen=True, slots=True)
class Draw:
    """What came of asking for a token: whether it was there, how many are left, seconds to wait and until full."""

    allowed: bool
    left: int
    wait_s: float
    full_s: float

    @classmethod
    def of(cls, rate: Rate, ahead: float) -> Draw:
        """``ahead``: the seconds for which the bucket was still filling before the token was asked for."""
        after = ahead + rate.interval
        allowed = after <= rate.window + _SLACK
        full = after if allowed else ahead
        left = max(0, math.floor((rate.window - full) / rate.interval + _SLACK))
        return cls(allowed, left, 0.0 if allowed else after - rate.window, full)

    def headers(self, rate: Rate) -> dict[str, str]:
        """``RateLimit`` and ``RateLimit-Policy`` (draft-ietf-httpapi-ratelimit-headers), ``Retry-After`` if refused."""
        told = {
            "RateLimit-Policy": f'"default";q={rate.burst};w={math.ceil(rate.window)}',
            "RateLimit": f'"default";r={self.left};t={math.ceil(self.full_s)}',
        }
        return told if self.allowed else told | {"Retry-After": str(max(1, math.ceil(self.wait_s)))}


class Buckets(Protocol):
    """Where the buckets are kept."""

    async def take(self, who: str, rate: Rate, keep: bool = True) -> Draw:
        """Take a token, if there is one; without ``keep`` it is put back."""
        ...

    async def close(self) -> None: ...


class MemoryBuckets:
    """The buckets of this process, ``most`` at once: beyond that, who hasn't asked for longest is forgotten."""

    def __init__(self, now: Callable[[], float] = time.monotonic, most: int = 10_000) -> None:
        self._now, self._most = now, most
        self._full_at: OrderedDict[str, float] = OrderedDict()

    async def take(self, who: str, rate: Rate, keep: bool = True) -> Draw:
        now = self._now()
        ahead = max(self._full_at.get(who, now) - now, 0.0)
        draw = Draw.of(rate, ahead)
        if draw.allowed and keep:
            self._full_at[who] = now + draw.full_s
            self._full_at.move_to_end(who)
            if len(self._full_at) > self._most:
                self._full_at.popitem(last=False)
        return draw

    async def close(self) -> None:
        self._full_at.clear()

    def __len__(self) -> int:
        return len(self._full_at)


class RedisBuckets:
    """Buckets that several processes share; while Redis can't answer, each has its own in ``spare``."""

    def __init__(self, client: Any, spare: MemoryBuckets, again_s: float = 5.0) -> None:
        self._client, self._spare, self._again_s = client, spare, again_s
        self._take = client.register_script(_TAKE)
        self._silent_until = 0.0

    async def take(self, who: str, rate: Rate, keep: bool = True) -> Draw:
        from redis.exceptions import RedisError

        if time.monotonic() >= self._silent_until:
            asked = [rate.window + _SLACK, rate.interval, int(keep)]
            try:
                return Draw.of(rate, float(await self._take([f"youju:limit:{who}"], asked)))
            except (RedisError, OSError) as error:
                # Its message may hold the address, with the password.
                _log.warning("Redis can't answer (%s); limits are each process's own", type(error).__name__)
                self._silent_until = time.monotonic() + self._again_s
        return await self._spare.take(who, rate, keep)

    async def close(self) -> None:
        await self._client.aclose()


def open_buckets(redis_url: str = "", shared: Path | None = None) -> Buckets:
    """Buckets in Redis if its URL is given, else in the file that processes share, else in memory.

    :raises SettingsError: it is no URL of Redis.
    """
    if not redis_url:
        if shared is None:
            return MemoryBuckets()
        from api.shared_buckets import SharedBuckets

        return SharedBuckets(shared)
    from rag.errors import SettingsError

    try:
        from redis.asyncio import Redis

        client = Redis.from_url(redis_url, socket_timeout=0.5, socket_connect_timeout=0.5)
    except ModuleNotFoundError:
        raise SettingsError("YOUJU_REDIS_URL 需要 scale 套件：pip install 'youju[scale]'") from None
    except ValueError:
        raise SettingsError("YOUJU_REDIS_URL 不是 Redis 網址（redis://…）") from None
    return RedisBuckets(client, MemoryBuckets())


class Limits:
    """The buckets with the rates that hold: ``anonymous`` for an address, ``keyed`` for a key; None is no limit."""

    def __init__(
        self, buckets: Buckets | None = None, anonymous: Rate | None = None, keyed: Rate | None = None
    ) -> None:
        self._buckets: Buckets = buckets or MemoryBuckets()
        self._anonymous, self._keyed = anonymous, keyed

    async def by_address(self, address: str) -> Mapping[str, str]:
        """One request without a key; returns what to tell of it in the headers.

        :raises HTTPException: 429, too many.
        """
        return await self._take(f"address:{address}", self._anonymous)

    async def by_key(self, id: str) -> Mapping[str, str]:
        """One request with a key; the same."""
        return await self._take(f"key:{id}", self._keyed)

    async def may_try(self, address: str) -> None:
        """Whether an address may show another key, having shown wrong ones. Raises 429 as above."""
        await self._take(f"wrong:{address}", self._anonymous, keep=False)

    async def was_wrong(self, address: str) -> None:
        """An address showed a wrong key."""
        await self._take(f"wrong:{address}", self._anonymous)

    async def close(self) -> None:
        await self._buckets.close()

    async def _take(self, who: str, rate: Rate | None, keep: bool = True) -> Mapping[str, str]:
        if rate is None:
            return {}
        draw = await self._buckets.take(who, rate, keep)
        headers = draw.headers(rate)
        if not draw.allowed:
            raise HTTPException(429, f"要求太頻繁，請 {headers['Retry-After']} 秒後再試", headers=headers)
        return headers


def place(host: str) -> str:
    """What counts as one address: ``"2001:db8::1" -> "2001:db8::/64"``, as a household has so many of them."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return str(address)
