"""Labels that are speakers, and lines that only look like them."""

from __future__ import annotations

import pytest

from ingest.labels import speaker


@pytest.mark.parametrize(
    "label",
    [
        "主席", "王委員大明", "薛委員大", "丁委員田阿花", "張廖委員小強", "范姜部長大明", "歐陽常務次長小壽", "周陳委員小美",
        "陳主任委員小安", "吳副執行秘書小祿", "丁調辦事法官大成", "賴簡任技正小福", "丁專案總工程師大中", "田典獄長小福",
        "史副董事長兼秘書長小安", "史次長兼任港務談判辦公室總談判代表大明", "丁委員長小安", "黃主任委員", "丁專門委員小康",
        "林委員阿榮Lawa Tana", "林阿榮Lawa Tana委員", "Lawa Tana委員", "阿榮．達那主任委員", "黃小吉女士", "丁大安先生", "丁小康副教授",
        "丁小福秘書長",
    ],
)  # fmt: skip
def test_speakers(label: str) -> None:
    assert speaker(label) == label


@pytest.mark.parametrize(
    "label",
    [
        "提案人", "連署人", "說明", "決議", "決定", "案由", "出席委員", "列席委員", "請假委員", "提案委員", "連署委員", "全體委員", "專門委員",
        "主任秘書", "簡任秘書", "在場人員", "時間", "時　　間", "地　　點", "主　　席", "紀　　錄", "科　　長", "行政院提案條文",
        "王委員大明等提案條文", "王委員大明等", "王委員說", "王委員表示", "王委員大明書面質詢", "文化部長", "經濟部部長", "請部長說明",
        "本席請教部長", "程序委員會意見", "表決結果", "贊成", "反對", "棄權", "贊成者", "一、王委員大明", "問題一", "9", "", "（提案人",
    ],
)  # fmt: skip
def test_no_speakers(label: str) -> None:
    assert speaker(label) == ""


def test_spaces_inside_a_name_go_those_between_latin_words_stay() -> None:
    assert speaker("薛委員　大") == speaker(" 薛委員大") == "薛委員大"
    assert speaker("林委員阿榮Lawa Tana") == "林委員阿榮Lawa Tana"


def test_a_rare_surname_is_believed_when_its_bearer_is_spoken_of() -> None:
    assert speaker("呼延司長大達") == ""
    assert speaker("呼延司長大達", "主席：請呼延司長說明。\n呼延司長大達：好。") == "呼延司長大達"
    assert speaker("呼延司長表示", "呼延司長表示：好。呼延司長走了。") == ""


def test_a_name_of_no_known_form_is_believed_when_it_labels_twice_and_is_spoken_of() -> None:
    text = "請教貢布大吉委員。\n貢布大吉委員：好。\n主席：謝謝。\n貢布大吉委員：不客氣。"
    assert speaker("貢布大吉委員", text) == "貢布大吉委員"
    assert speaker("貢布大吉委員", text[:20]) == ""
