"""Nothing of a party may pass for the court's: the tables are read from left to right, one voice after the other."""

from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.cues import opened
from ingest.sections import joined
from ingest.voices import voices


def said(text: str, court: bool = False) -> list[tuple[str, str]]:
    found = list(voices(joined(text), 0, len(text), court))
    return [
        (speaker, "".join(text[one.start : one.end] for one in group))
        for speaker, group in groupby(found, lambda one: one.speaker)
    ]


CIVIL = [
    [("原告", "一、原告主張：甲。按民法第1條，乙。㈠查丙。㈡丁等語。並聲明：被告應給付。"), ("被告", "二、被告則以：戊等語，資為抗辯。"),
     ("法院", "三、得心證之理由：㈠按民法第1條定有明文。㈡經查，己。")],
    [("被告", "一、被告未於言詞辯論期日到場，惟據其先前所提書狀則以：伊不爭執，慰撫金過高等語置辯。"),
     ("法院", "二、本件事證已明，附此敘明。")],
    [("兩造", "一、兩造不爭執事項：㈠甲。㈡乙。"), ("法院", "二、經查：甲。")],
    [("法院", "一、按民法第1條定有明文。"), ("原告", "原告主張其受傷等情"), ("法院", "，業據其提出診斷書為證，堪信為真實。")],
    [("法院", "一、經查：甲。"), ("被告", "被告雖辯稱：乙云云"), ("法院", "，惟未舉證，自不足採。")],
    # what a party says over several sentences before 等語
    [("法院", "一、得心證之理由："), ("原告", "㈠原告主張被告甲。乙。丙等語"), ("法院", "，有估價單可稽。查丁。")],
    # the opening party is silent about the end of its words
    [("原告", "一、原告主張被告借款不還。爰依民法第478條請求返還。")],
    [("", "一、甲於某日到場。乙亦同。")],
    [("法院", "一、本件原告主張之事實，業據其提出契約為證，堪信為真實。")],
    [("原告", "甲、原告方面：壹、聲明：如主文。貳、陳述：一、乙。"), ("被告", "乙、被告方面：丙。")],
    # what a heading of the court's is followed by may be a party's all the same
    [("原告", "一、本院之判斷：原告主張被告甲。原告乙，此為被告所否認，並以前詞置辯。"), ("法院", "是本件爭點為：丙。")],
    [("", "一、本院之判斷：原告主張其受有下列損害，分述如下：⒈甲。⒉乙。")],
    [("法院", "壹、得心證之理由："), ("原告", "一、原告方面：㈠甲。按民法第1條定有明文。㈡對被告抗辯之陳述：乙有據等語。"),
     ("法院", "二、本院之判斷：丙。")],
    # a party that pleads finds this 無理由 and that 有據
    [("被告", "一、被告則以：㈠甲云云，縱然屬實，仍無理由，應予駁回。㈡乙等語，資為抗辯，並聲明求為判決駁回原告之訴。"),
     ("法院", "二、經查：丙。")],
    [("原告", "一、原告主張：甲等語。"), ("", "綜上所述，乙，自屬有據。"), ("被告", "二、被告則以：丙等語置辯，並聲明：訴訟費用由原告負擔。")],
    # but a paragraph that says what is in dispute is the court's, and the list below it
    [("原告", "一、原告主張甲，為被告所否認，並以前詞置辯，茲分述如下："), ("法院", "㈠按民法第1條。"), ("被告", "㈡被告辯稱：乙云云"),
     ("法院", "，並無可採。")],
    [("兩造", "一、兩造經本院曉諭後，整理並協議簡化不爭執事項如下：㈠甲。㈡乙。"), ("法院", "二、本院之判斷：丙。")],
    # records and opinions, in quotation marks or none, over numbers of their own, until the court answers
    [("法院", "一、本院之判斷："), ("", "㈠經查，鑑定意見認：「㈠甲車未注意車前狀況，為肇事原因。㈡乙車無肇事原因，附此說明。」"), ("法院", "，可以採信。")],
    [("法院", "一、本院之判斷：㈠經本院"), ("", "勘驗光碟，結果如下：甲：要不要叫警察。乙：不要。"), ("法院", "從而，被告並無過失。")],
    [("法院", "一、本院之判斷：㈠經本院函詢醫院，該院"), ("", "函覆：原告休養一個月。應無看護必要（見本院卷第9頁）。"), ("法院", "本院審酌上情。")],
    [("法院", "一、本院之判斷：㈠依"), ("證人", "證人甲到庭具結所證：我和被告是朋友，我有看到。"), ("法院", "足見乙。")],
    [("法院", "一、本院之判斷："), ("", "㈠本件經送鑑定結果認被告為肇事主因等情"), ("法院", "，有鑑定書可稽。")],
    [("法院", "一、本院之判斷：㈠經醫審會"), ("", "鑑定意見認，甲處有積氣。乙處可懷疑滲漏。丙並非必要能力等情"), ("法院", "，應可採信。查丁。")],
    [("法院", "一、本院之判斷：㈠示範委員會除認同上情外，並就質疑"), ("", "覆稱：⒈甲，本會認為乙。⒉丙。"), ("法院", "㈡綜上，丁。")],
    # what was asked for is not what is ordered
    [("法院", "壹、程序方面：按訴之變更，定有明文。"), ("", "嗣變更聲明為：㈠被告應給付原告1萬元。㈡願供擔保，請准宣告假執行。")],
    [("法院", "一、本院之判斷："), ("原告", "㈠原告主張其受傷，"), ("", "惟經本院函詢，該院函覆甲等語"), ("法院", "，自難採信。")],
    [("法院", "一、本院之判斷："), ("", "㈠原告主張甲。乙。"), ("法院", "經查，丙。")],
    [("原審", "原審以：兩造有約，堪認甲。因而為被告敗訴之判決。"), ("法院", "按乙。查丙。")],
]  # fmt: skip

CRIMINAL = [
    [("檢察官", "一、公訴意旨略以：被告甲。按刑法第320條，乙等語。"), ("法院", "二、經查：丙。")],
    [("被告", "一、訊據被告矢口否認犯行，辯稱：甲云云。"), ("法院", "惟查，乙。")],
    [("法院", "一、被告駕駛甲車行經乙路，於路口未停車而肇事，核與"), ("證人", "證人丙於警詢時證稱：伊看見丁。戊也在場等語"), ("法院", "相符，足認己。")],
    [("被告", "一、被告上訴意旨略以：原審量刑過重等語。"), ("法院", "二、原審認事用法並無違誤。")],
    # not the injured party, whose goods are only mentioned
    [("法院", "一、查本案前經檢察官偵查終結而提起公訴，被告固坦承有拿取"), ("被告", "告訴人持有之蔬果，惟否認犯行，辯稱：甲等語。")],
    [("被告", "一、被告於偵查中供稱：甲等語，其後改稱：乙等語"), ("法院", "，前後不一。")],
]  # fmt: skip


@pytest.mark.parametrize("expected", CIVIL, ids=lambda case: case[0][1][:12])
def test_who_speaks_in_a_civil_case(expected: list[tuple[str, str]]) -> None:
    assert said("".join(words for _, words in expected)) == expected


@pytest.mark.parametrize("expected", CRIMINAL, ids=lambda case: case[0][1][:12])
def test_who_speaks_in_a_criminal_case(expected: list[tuple[str, str]]) -> None:
    assert said("".join(words for _, words in expected), court=True) == expected


@pytest.mark.parametrize(
    ("head", "who"),
    [
        ("被告則以：", "被告"), ("上訴人甲○○主張其於", "上訴人"), ("選任辯護人為被告辯護稱：", "辯護人"), ("公訴人主張：", "檢察官"),
        ("聲請意旨略以：", "聲請人"), ("檢察官上訴意旨略以：", "檢察官"), ("本件爭點：", "兩造"), ("原判決認定甲", "原審"),
        ("醫療費用部分：原告主張", "原告"), ("原告主張之事實", ""), ("被告抗辯即屬無據", ""), ("原告主張有無理由", ""), ("本院審酌", ""),
        ("被上訴人應給付陳明甲", ""),
    ],
)  # fmt: skip
def test_whose_words_a_sentence_opens_with(head: str, who: str) -> None:
    assert opened(head).who == who


CUES = """原告主張 被告則以 原告方面： 鑑定意見認 函覆： 為被告所否認 茲分述如下： 聲明為： 被告應給付1萬元 惟經本院 資為抗辯 ： ， 。 等語 云云 等情 「 」 經查 本院認 一、 二、 ㈠ ㈡ 並聲明： 得心證之理由： 公訴意旨略以 兩造不爭執事項： 原審以 甲
    證人乙證稱： 改稱： 部分 堪信 因而駁回""".split()


@given(st.lists(st.sampled_from(CUES), max_size=40).map("".join), st.booleans())
def test_voices_cover_the_text(text: str, court: bool) -> None:
    found = list(voices(joined(text), 0, len(text), court))
    assert "".join(text[one.start : one.end] for one in found) == text
    assert all(one.end == other.start for one, other in pairwise(found))


@given(
    st.lists(
        st.sampled_from("按 查 綜上 爰 堪認 有理由 應予駁回 原告 等語 云云 ， 。 甲 資為抗辯 置辯".split()), max_size=30
    ).map("".join)
)
def test_what_a_party_pleads_is_never_the_courts_although_it_quotes_others(text: str) -> None:
    assert "法院" not in {speaker for speaker, _ in said(f"一、被告則以：{text}。二、原告主張：乙。")}


@given(
    st.lists(st.sampled_from("按 查 綜上 爰 堪信 有理由 應予准許 被告 ， 。 ㈠ ㈡ 甲".split()), max_size=30).map(
        "".join
    )
)
def test_what_a_party_says_before_it_ends_is_never_the_courts(text: str) -> None:
    assert {speaker for speaker, _ in said(f"一、原告主張：{text}")} == {"原告"}
