"""Sessions on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from rag.access import ROLES, Keys, Role
from rag.errors import StoreError
from rag.sessions import LASTS, Session, Sessions
from rag.store import Store

NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)
DAY = date(2026, 3, 4)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(store: Store) -> Keys:
    return Keys(store, lambda: DAY)


@pytest.fixture
def sessions(store: Store, clock: Clock) -> Sessions:
    return Sessions(store, clock)


def rows(store: Store) -> list[tuple[object, ...]]:
    with store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT * FROM sessions"))]


@pytest.mark.parametrize("role", ROLES)
def test_a_session_is_found_by_its_token_with_its_key(keys: Keys, sessions: Sessions, role: Role) -> None:
    key, _ = keys.create(role, "某研究室")
    session, token = sessions.open(key)
    assert session == Session(key, NOON + timedelta(hours=12))
    assert sessions.find(token) == session


def test_a_token_has_256_bits_no_two_are_the_same_and_none_is_kept(
    store: Store, keys: Keys, sessions: Sessions
) -> None:
    key, _ = keys.create("admin")
    tokens = [sessions.open(key)[1] for _ in range(20)]
    assert {len(token) for token in tokens} == {43}
    assert len(set(tokens)) == 20
    kept = str(rows(store))
    assert [token for token in tokens if token in kept] == []


def test_a_forged_token_finds_nothing(keys: Keys, sessions: Sessions) -> None:
    token = sessions.open(keys.create("admin")[0])[1]
    other = "a" if token[20] != "a" else "b"
    for forged in (token[:-1], token + "A", token[:20] + other + token[21:], token.swapcase(), "A" * 43, "", "%"):
        assert sessions.find(forged) is None
    assert sessions.find(token)


def test_the_kept_digest_is_no_token(store: Store, keys: Keys, sessions: Sessions) -> None:
    sessions.open(keys.create("admin")[0])
    digest = str(rows(store)[0][0])
    assert [sessions.find(one) for one in (digest, digest[:43])] == [None, None]


@given(st.text(max_size=60).filter(lambda made: len(made) != 43))
def test_no_made_up_text_is_a_session_or_an_error(token: str) -> None:
    # What isn't shaped like a token never reaches the store: there is none here.
    assert Sessions(None).find(token) is None  # type: ignore[arg-type]


def test_a_session_is_over_after_its_time(keys: Keys, sessions: Sessions, clock: Clock) -> None:
    token = sessions.open(keys.create("admin")[0])[1]
    clock.now += LASTS - timedelta(seconds=1)
    assert sessions.find(token)
    clock.now += timedelta(seconds=1)
    assert sessions.find(token) is None


def test_a_closed_session_is_over_and_no_other(keys: Keys, sessions: Sessions) -> None:
    key, _ = keys.create("analyst")
    gone, kept = sessions.open(key)[1], sessions.open(key)[1]
    sessions.close(gone)
    sessions.close(gone)
    sessions.close("nothing")
    assert sessions.find(gone) is None
    assert sessions.find(kept)


def test_a_revoked_key_ends_its_sessions_at_once_and_no_others(keys: Keys, sessions: Sessions) -> None:
    (gone, _), (kept, _) = keys.create("admin"), keys.create("admin")
    ended, going = [sessions.open(gone)[1] for _ in range(2)], sessions.open(kept)[1]
    keys.revoke(gone.id)
    assert [sessions.find(token) for token in ended] == [None, None]
    assert sessions.find(going)


def test_a_key_that_expires_ends_its_sessions_with_its_last_day_in_taipei(
    keys: Keys, sessions: Sessions, clock: Clock
) -> None:
    clock.now = datetime(2026, 3, 4, 15, 59, tzinfo=UTC)
    token = sessions.open(keys.create("admin", expires=DAY)[0])[1]
    assert sessions.find(token)
    clock.now = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    assert sessions.find(token) is None


def test_a_session_whose_key_is_gone_is_over(store: Store, keys: Keys, sessions: Sessions) -> None:
    token = sessions.open(keys.create("admin")[0])[1]
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM keys"))
    assert sessions.find(token) is None


def test_what_is_over_is_forgotten_when_the_next_one_opens(
    store: Store, keys: Keys, sessions: Sessions, clock: Clock
) -> None:
    key, _ = keys.create("analyst")
    sessions.open(key)
    clock.now += LASTS / 2
    going = sessions.open(key)[1]
    clock.now += LASTS / 2
    newest = sessions.open(key)[1]
    assert len(rows(store)) == 2
    assert sessions.find(going)
    assert sessions.find(newest)
    clock.now += LASTS
    assert sessions.prune() == 2
    assert rows(store) == []


def test_a_store_that_fails_says_so_without_the_token(store: Store, keys: Keys, sessions: Sessions) -> None:
    key, _ = keys.create("citizen")
    token = sessions.open(key)[1]
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE sessions"))
    for asked in (lambda: sessions.find(token), lambda: sessions.close(token), lambda: sessions.open(key)):
        with pytest.raises(StoreError, match="資料庫") as refused:
            asked()
        assert token not in str(refused.value)
