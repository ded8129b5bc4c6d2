from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.privacy import SIGN, mask

SHARED = Path(os.environ.get("YOUJU_SOURCE_DIR", Path(__file__).parents[3] / "shared" / "data"))


@pytest.mark.parametrize(
    ("text", "masked", "kind"),
    [
        ("身分證A123456789號", "身分證○○○○○○○○○○號", "national_id"),
        ("Ａ１２３４５６７８９", "○○○○○○○○○○", "national_id"),
        ("居留證A800000014，", "居留證○○○○○○○○○○，", "national_id"),
        ("舊式AB12345677。", "舊式○○○○○○○○○○。", "national_id"),
        ("電話0912-345-678", "電話○○○○○○○○○○○○", "phone"),
        ("門號0912345678號", "門號○○○○○○○○○○號", "phone"),
        ("０９１２－３４５－６７８", "○○○○○○○○○○○○", "phone"),
        ("02-2311-0000轉12", "○○○○○○○○○○○○轉12", "phone"),
        ("(02)23110000#123", "○○○○○○○○○○○○#123", "phone"),
        ("（０３７）１２３４５６", "○○○○○○○○○○○", "phone"),
        ("049 2222222", "○○○○○○○○○○○", "phone"),
        ("+886-2-2311-0000", "○○○○○○○○○○○○○○○○", "phone"),
        ("+886 (0)912-345-678", "○○○○○○○○○○○○○○○○○○○", "phone"),
        ("信箱a.b@example.org.tw。", "信箱○○○○○○○○○○○○○○○○○○。", "email"),
        ("ａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "○○○○○○○○○○○○○", "email"),
        ("車牌號碼ABC-1234號", "車牌號碼○○○○○○○○號", "plate"),
        ("車號：1234-AB", "車號：○○○○○○○", "plate"),
        ("牌照號碼為AB1234", "牌照號碼為○○○○○○", "plate"),
        ("帳號：012-345678901234", "帳號：○○○○○○○○○○○○○○○○", "account"),
        ("帳戶（帳號00123456789012）", "帳戶（帳號○○○○○○○○○○○○○○）", "account"),
        ("中山路12號3樓之2", "中山路○○號○樓之○", "address"),
        ("忠孝東路4段10巷5弄6之1號8樓", "忠孝東路4段10巷5弄○之○號○樓", "address"),
        ("忠孝東路一段十二號", "忠孝東路一段○○號", "address"),
        ("市民大道6段8、10號", "市民大道6段○、○○號", "address"),
        ("某里5鄰20號", "某里5鄰○○號", "address"),
    ],
)
def test_personal_data_becomes_signs_of_the_same_length(text: str, masked: str, kind: str) -> None:
    assert mask(text) == (masked, {kind: 1})
    assert len(masked) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "法院認為被告之主張不可採。",
        "民法第184條第1項、第1123456789條",
        "104年度台上字第472號",
        "刑醫字第0960180722號鑑定書",
        "偵字第│0996033439號函",
        "新臺幣1,234,567元及3,040－550－340＝2,150",
        "中華民國112年3月4日、112.03.04、1120304",
        "統一編號12345678之公司",
        "A123456788",  # the check digit is wrong
        "AA123456789",  # part of something longer
        "匯入帳戶1000000000元",
        "帳號000000000000號",  # hidden by the court
        "車牌號碼000-0000號",
        "○○路000號0樓",
        "車牌號碼不詳之機車",
        "國道3號、公路1號、網路2號",
        "○○段123地號土地、時段2號",
        "ABC-1234號自用小客車",  # nothing says that it is a plate
        "價格@100元",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == (text, {})


def test_each_kind_is_counted_and_what_stands_between_stays() -> None:
    text = "住中山路1號，電話0912345678、02-23110000，信箱a@example.org，A123456789。"
    masked, counts = mask(text)
    assert masked == "住中山路○號，電話○○○○○○○○○○、○○○○○○○○○○○，信箱○○○○○○○○○○○○○，○○○○○○○○○○。"
    assert counts == {"address": 1, "phone": 2, "email": 1, "national_id": 1}


PARTS = st.sampled_from(
    [*"A0129號樓之路段巷帳戶車牌碼@.-()+886 ○第。", "A123456789", "0912345678", "(02)2311-0000", "帳號：", "a@b.tw"]
)


@given(st.lists(PARTS, max_size=30).map("".join))
def test_only_signs_are_put_in_and_nothing_moves(text: str) -> None:
    masked, counts = mask(text)
    assert len(masked) == len(text)
    assert all(new in (old, SIGN) for old, new in zip(text, masked, strict=True))
    assert bool(counts) == (masked != text)


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    assert len(mask(text).text) == len(text)


def judgments() -> Iterator[str]:
    with zipfile.ZipFile(SHARED / "judicial" / "judgments.zip") as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))["JFULL"]


@pytest.mark.skipif(not (SHARED / "judicial" / "judgments.zip").exists(), reason="no shared data")
def test_what_the_courts_left_readable_is_found_and_no_number_of_a_letter_is_a_phone() -> None:
    found = [mask(text).counts for text in judgments()]
    kinds = {kind: sum(one.get(kind, 0) for one in found) for one in found for kind in one}
    assert kinds.keys() == {"address", "plate"}
    assert kinds["plate"] > 200
