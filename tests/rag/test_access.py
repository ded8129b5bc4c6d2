"""Keys and feedback on both databases."""

from __future__ import annotations

import hmac
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from rag import access
from rag.access import ROLES, Feedback, Keys, Remark
from rag.errors import StoreError, UnknownKey, UsageError
from rag.store import Store

DAY = date(2026, 3, 4)
REMARK = Remark("0b8d-1", 2, "應於七日內返還。", "wrong", "<b>不是</b>七日", "0123456789ab")


@pytest.fixture
def keys(store: Store) -> Keys:
    return Keys(store, lambda: DAY)


@pytest.mark.parametrize("role", ROLES)
def test_a_key_is_found_by_its_text_alone(keys: Keys, role: access.Role) -> None:
    key, token = keys.create(role, "某研究室")
    assert keys.find(token) == key
    assert (key.role, key.name, key.created, key.used) == (role, "某研究室", DAY, None)
    assert token.startswith(f"yj_{key.id}_")
    assert len(token.rsplit("_", 1)[-1]) <= 43
    assert keys.find(key.id) is None


def test_a_secret_has_256_bits_and_no_two_are_the_same(keys: Keys) -> None:
    secrets = [keys.create("citizen")[1][len("yj_0123456789ab_") :] for _ in range(20)]
    assert {len(secret) for secret in secrets} == {43}
    assert len(set(secrets)) == 20


def test_the_text_of_a_key_is_kept_nowhere(store: Store, keys: Keys) -> None:
    _, token = keys.create("admin", "甲")
    with store.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM keys")).one()
    assert token not in str(row)
    assert token[16:] not in str(row)


def test_one_sign_more_less_or_other_is_no_key(keys: Keys) -> None:
    _, token = keys.create("admin")
    other = "a" if token[20] != "a" else "b"
    for forged in (token[:-1], token + "A", token[:20] + other + token[21:], token.upper(), "yj_" + token, ""):
        assert keys.find(forged) is None
    assert keys.find("yj_000000000000_" + token[16:]) is None


@given(st.text(max_size=80))
def test_no_made_up_text_is_a_key_or_an_error(token: str) -> None:
    # What isn't shaped like a key never reaches the store: there is none here.
    assert Keys(None, lambda: DAY).find(token) is None  # type: ignore[arg-type]


def test_a_forged_key_is_compared_in_constant_time_also_without_such_an_id(keys: Keys) -> None:
    _, token = keys.create("admin")
    called: list[object] = []
    sys.setprofile(lambda _frame, event, what: called.append(what) if event == "c_call" else None)
    try:
        found = [keys.find(one) for one in (token, token[:16] + "A" * 43, "yj_000000000000_" + token[16:])]
    finally:
        sys.setprofile(None)
    assert [one is not None for one in found] == [True, False, False]
    assert called.count(hmac.compare_digest) == 3


def test_a_key_counts_on_its_last_day_and_no_longer(keys: Keys) -> None:
    key, token = keys.create("citizen", expires=DAY)
    assert keys.find(token) == key
    assert key.refusal(DAY) == ""
    assert key.refusal(DAY + timedelta(1)) == "這把金鑰已過期"
    with pytest.raises(UsageError, match="已經過了"):
        keys.create("citizen", expires=DAY - timedelta(1))


def test_a_revoked_key_stays_revoked_on_the_first_day(store: Store, keys: Keys) -> None:
    key, token = keys.create("analyst")
    assert keys.revoke(key.id).revoked == DAY
    assert Keys(store, lambda: DAY + timedelta(9)).revoke(key.id).revoked == DAY
    found = keys.find(token)
    assert found
    assert found.refusal(DAY) == "這把金鑰已撤銷"
    with pytest.raises(UnknownKey, match="沒有 nobody"):
        keys.revoke("nobody")


def test_the_day_of_use_is_remembered_and_all_keys_are_listed(store: Store, keys: Keys) -> None:
    first, second = keys.create("citizen")[0], Keys(store, lambda: DAY + timedelta(1)).create("admin")[0]
    keys.note_use(first)
    assert [(key.id, key.used) for key in keys.listing()] == [(first.id, DAY), (second.id, None)]


def test_a_store_that_fails_says_so(store: Store, keys: Keys) -> None:
    _, token = keys.create("citizen")
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE keys"))
        connection.execute(text("DROP TABLE feedback"))
    with pytest.raises(StoreError, match="資料庫") as refused:
        keys.find(token)
    assert token not in str(refused.value)
    with pytest.raises(StoreError, match="資料庫"):
        Feedback(store, lambda: DAY).file(REMARK)


def test_remarks_are_kept_as_said_and_listed_newest_first(store: Store) -> None:
    book = Feedback(store, lambda: DAY)
    filed = [book.file(REMARK) for _ in range(5)]
    assert [one.id for one in filed] == [1, 2, 3, 4, 5]
    assert book.listing(2) == [filed[4], filed[3]]
    assert book.listing(10, before=3) == [filed[1], filed[0]]
    assert filed[0].remark == REMARK
    assert book.listing(10, before=1) == []


def test_remarks_that_come_at_once_are_all_kept(store: Store) -> None:
    book = Feedback(store, lambda: DAY)
    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(lambda _: book.file(REMARK).id, range(40)))
    assert numbers == list(range(1, 41))
