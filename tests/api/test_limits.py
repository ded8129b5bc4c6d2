"""Token buckets: their arithmetic with a clock of our own, and over HTTP."""

from __future__ import annotations

import asyncio
import math
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.guard import Guard, open_guard
from api.limits import Draw, Limits, MemoryBuckets, Rate, open_buckets, place
from rag.access import Key
from rag.errors import SettingsError
from rag.settings import load_settings
from tests.fakes import FakeEngine

PATH = "/v1/laws/Z9990001/articles/99"
ONE_A_SECOND = Rate(60, 3)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def take(buckets: Any, who: str = "a", rate: Rate = ONE_A_SECOND, keep: bool = True) -> Draw:
    draw: Draw = asyncio.run(buckets.take(who, rate, keep))
    return draw


def test_a_burst_then_one_a_second() -> None:
    clock = Clock()
    buckets = MemoryBuckets(clock)
    assert [take(buckets).left for _ in range(3)] == [2, 1, 0]
    refused = take(buckets)
    assert (refused.allowed, refused.left, round(refused.wait_s, 3)) == (False, 0, 1.0)
    clock.now += 0.9
    assert not take(buckets).allowed
    clock.now += 0.1
    assert take(buckets).allowed
    assert not take(buckets).allowed
    clock.now += 99
    assert [take(buckets).allowed for _ in range(4)] == [True, True, True, False]


def test_a_look_takes_nothing() -> None:
    buckets = MemoryBuckets(Clock())
    assert all(take(buckets, keep=False).allowed for _ in range(9))
    assert len(buckets) == 0
    for _ in range(3):
        take(buckets)
    assert not take(buckets, keep=False).allowed


def test_callers_have_a_bucket_each() -> None:
    buckets = MemoryBuckets(Clock())
    assert [take(buckets, who).allowed for who in "aaaabbbb"] == [True, True, True, False] * 2


@given(
    waits=st.lists(st.floats(0, 5), max_size=60),
    rate=st.builds(Rate, per_minute=st.floats(1, 6000), burst=st.integers(1, 20)),
)
@settings(deadline=None)
def test_never_more_than_the_burst_and_what_the_time_gave(waits: list[float], rate: Rate) -> None:
    clock = Clock()
    buckets, allowed = MemoryBuckets(clock), 0
    for wait in waits:
        clock.now += wait
        draw = take(buckets, rate=rate)
        allowed += draw.allowed
        assert 0 <= draw.left < rate.burst
        if not draw.allowed:
            now, clock.now = clock.now, clock.now + draw.wait_s
            assert take(buckets, rate=rate, keep=False).allowed, "to wait as long as was told is enough"
            clock.now = now
    assert allowed <= rate.burst + math.floor(sum(waits) / rate.interval + 1e-3)


def test_ten_thousand_addresses_take_bounded_memory() -> None:
    buckets = MemoryBuckets(Clock(), most=500)

    async def flood() -> None:
        for number in range(10_000):
            await buckets.take(f"address:{number}", ONE_A_SECOND)
            await buckets.take("address:often", ONE_A_SECOND)

    asyncio.run(flood())
    assert len(buckets) == 500
    assert take(buckets, "address:9999").left == 1
    assert not take(buckets, "address:often").allowed, "who keeps asking isn't forgotten"


@pytest.mark.parametrize(
    ("host", "one"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
        ("<script>", "unknown"),
        ("", "unknown"),
    ],
)
def test_place_of_an_address(host: str, one: str) -> None:
    assert place(host) == one


def client(host: str = "192.0.2.1", guard: Guard | None = None, **options: Any) -> TestClient:
    limits = Limits(MemoryBuckets(lambda: 0.0), Rate(60, 3), Rate(60, 5))
    return TestClient(create_app(FakeEngine(), guard=guard or Guard(limits=limits, **options)), client=(host, 1))


def test_too_many_requests_are_told_when_to_come_again() -> None:
    asking = client()
    answers = [asking.get(PATH) for _ in range(4)]
    assert [one.status_code for one in answers] == [404, 404, 404, 429]
    assert [one.headers["ratelimit"] for one in answers] == [
        '"default";r=2;t=1',
        '"default";r=1;t=2',
        '"default";r=0;t=3',
        '"default";r=0;t=3',
    ]
    assert {one.headers["ratelimit-policy"] for one in answers} == {'"default";q=3;w=3'}
    assert answers[3].headers["retry-after"] == "1"
    assert answers[3].headers["content-type"] == "application/problem+json"
    assert answers[3].json()["detail"] == "要求太頻繁，請 1 秒後再試"
    assert "retry-after" not in answers[0].headers


def test_the_watch_is_never_refused() -> None:
    asking = client()
    assert {asking.get("/healthz").status_code for _ in range(9)} == {200}


class OneKey:
    def find(self, token: str) -> Key | None:
        return Key(token * 12, "citizen", "", date(2020, 1, 1)) if token in "ab" else None

    def note_use(self, key: Key) -> None: ...


def test_keys_have_limits_of_their_own_wherever_they_come_from() -> None:
    asking = client(keys=OneKey())
    for _ in range(4):
        asking.get(PATH)
    sent = [asking.get(PATH, headers={"Authorization": f"Bearer {key}"}).status_code for key in "aaaaaab"]
    assert sent == [404] * 5 + [429, 404]


@pytest.mark.parametrize("trusted", [(), ("203.0.113.9",), ("10.0.0.0/8",)])
def test_a_spoofed_address_helps_nobody(trusted: tuple[str, ...]) -> None:
    asking = client(trusted_proxies=trusted)
    sent = [asking.get(PATH, headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(4)]
    assert sent == [404, 404, 404, 429]


def test_a_trusted_proxy_names_the_caller_and_the_caller_cannot() -> None:
    asking = client(host="10.1.2.3", trusted_proxies=("10.0.0.0/8",))
    honest = [asking.get(PATH, headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(4)]
    assert honest == [404] * 4
    # The proxy adds the true address at the end of whatever the caller claimed.
    forged = [
        asking.get(PATH, headers={"X-Forwarded-For": f"192.0.2.{n}, 198.51.100.77"}).status_code for n in range(4)
    ]
    assert forged == [404, 404, 404, 429]


@pytest.mark.parametrize("name", ["Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP"])
def test_other_headers_name_nobody(name: str) -> None:
    asking = client(host="10.1.2.3", trusted_proxies=("10.0.0.0/8",))
    sent = [asking.get(PATH, headers={name: f"198.51.100.{n}"}).status_code for n in range(4)]
    assert sent == [404, 404, 404, 429]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"trusted_proxies": "10.0.0.0/8, proxy"}, "TRUSTED_PROXIES 裡的 proxy"),
        ({"trusted_proxies": "*"}, "不是 IP 位址或網段"),
        ({"trusted_proxies": "10.0.0.1/8"}, "不是 IP 位址或網段"),
        ({"cors_origins": "example.org"}, "CORS_ORIGINS 裡的 example.org"),
        ({"cors_origins": "https://example.org/path"}, "不是來源"),
    ],
)
def test_settings_that_mean_nothing_refuse_to_start(given: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says.replace("*", r"\*")), open_guard(load_settings(**given)):
        raise AssertionError("it was opened")


def test_without_redis_each_process_keeps_its_own_limits(caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("redis", reason="the extra `scale` is missing")

    async def asks() -> list[bool]:
        buckets = open_buckets("redis://:hunter2@127.0.0.1:1/0")
        allowed = [(await buckets.take("a", ONE_A_SECOND)).allowed for _ in range(4)]
        await buckets.close()
        return allowed

    assert asyncio.run(asks()) == [True, True, True, False]
    assert caplog.text.count("Redis can't answer") == 1, "it isn't asked again for a while"
    assert "hunter2" not in caplog.text


def test_a_url_that_is_none_of_redis_is_told_without_its_password() -> None:
    pytest.importorskip("redis", reason="the extra `scale` is missing")
    with pytest.raises(SettingsError, match="YOUJU_REDIS_URL") as refused:
        open_buckets("http://:hunter2@127.0.0.1")
    assert "hunter2" not in str(refused.value)


def test_processes_share_their_limits_through_redis(redis_url: str) -> None:
    who = uuid4().hex

    async def asks() -> list[Draw]:
        one, other = open_buckets(redis_url), open_buckets(redis_url)
        slow = Rate(6, 3)
        draws = [await buckets.take(who, slow) for buckets in (one, other, one)]
        draws += [await other.take(who, slow, keep=False), await one.take(who, slow)]
        await one.close()
        await other.close()
        return draws

    draws = asyncio.run(asks())
    assert [draw.allowed for draw in draws] == [True, True, True, False, False]
    assert [draw.left for draw in draws] == [2, 1, 0, 0, 0]
    assert 0 < draws[-1].wait_s <= 10
