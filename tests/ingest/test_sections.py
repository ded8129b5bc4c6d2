from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.sections import Part, joined, parts

WORDS = st.sampled_from(
    """主文 主　　文 事實 理由 事實及理由 犯罪事實 判決如下： 裁定如左： 一、 二、 壹、 ㈠ 。 ， ： 「 」 \r\n 　 \n 上訴駁回 附錄 附件： 附表一：
    中華民國113年1月2日 法官 書記官 以上正本證明與原本無異 原告主張：…等語 經查 臺灣示範地方檢察署檢察官起訴書113年 一二三""".split(
        " "
    )
)
TEXTS = st.lists(WORDS, max_size=40).map("".join) | st.text(max_size=200)


def sections(text: str) -> list[tuple[str, str]]:
    whole = joined(text)
    return [(part.section, whole.text[part.start : part.end]) for part in parts(whole)]


def test_joined_leaves_out_white_space_and_leads_back() -> None:
    text = "　　主　　文\r\n上訴\r\n　　駁回。"
    whole = joined(text)
    assert whole.text == "主文上訴駁回。"
    assert whole.span(0, 2) == (2, 6)
    assert text[slice(*whole.span(2, 7))] == "上訴\r\n　　駁回。"
    assert whole.alone(0, 2)
    assert not whole.alone(2, 6)


@given(TEXTS, st.data())
def test_every_span_of_a_joined_text_leads_back(text: str, data: st.DataObject) -> None:
    whole = joined(text)
    assert whole.text == "".join(text.split())
    if whole.text:
        start = data.draw(st.integers(0, len(whole.text) - 1))
        end = data.draw(st.integers(start + 1, len(whole.text)))
        left, right = whole.span(start, end)
        assert "".join(text[left:right].split()) == whole.text[start:end]


@given(TEXTS)
def test_parts_follow_one_another(text: str) -> None:
    whole = joined(text)
    found = list(parts(whole))
    assert all(0 <= part.start < part.end <= len(whole.text) for part in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


HEADER = "示範法院刑事判決110年度易字第1號被告甲○○上列被告因竊盜案件，本院判決如下："
CLOSING = "中華民國110年1月2日刑事第一庭法官乙○○以上正本證明與原本無異。書記官丙○○中華民國110年1月3日"
RULING = "甲○○無罪。"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("事實一、甲取走一物。理由一、按…。", [("事實", "一、甲取走一物。"), ("理由", "一、按…。")]),
        ("犯罪事實一、甲取走一物。理由壹、按…。", [("事實", "一、甲取走一物。"), ("理由", "壹、按…。")]),
        ("事實及理由一、甲。", [("事實及理由", "一、甲。")]),
        ("犯罪事實及理由一、甲。", [("事實及理由", "一、甲。")]),
        ("事實及理由要領：一、甲。", [("事實及理由", "一、甲。")]),
        ("訴訟標的及理由要領：一、甲。", [("理由", "一、甲。")]),
        ("理由本件被上訴人主張：甲。", [("理由", "本件被上訴人主張：甲。")]),
        # the words in an ordinary sentence are no headings
        (
            "理由一、有犯罪事實。理由如下：乙。二、其事實及理由相符。",
            [("理由", "一、有犯罪事實。理由如下：乙。二、其事實及理由相符。")],
        ),
        ("事實一、甲。其理由為乙。理由一、丙。", [("事實", "一、甲。其理由為乙。"), ("理由", "一、丙。")]),
        # no reasons at all, as the law allows for small claims
        ("", []),
    ],
)
def test_facts_and_reasons(body: str, expected: list[tuple[str, str]]) -> None:
    found = sections(HEADER + "主文" + RULING + body + CLOSING)
    assert found == [("案由", HEADER), ("主文", RULING), *expected, ("結尾", CLOSING)]


def test_a_full_stop_that_is_missing_before_both_words() -> None:
    found = sections(HEADER + "主文處拘役拾日" + "犯罪事實及理由一、甲。" + CLOSING)
    assert found[1:3] == [("主文", "處拘役拾日"), ("事實及理由", "一、甲。")]


def test_headings_on_lines_of_their_own_need_nothing_before_or_after() -> None:
    text = f"{HEADER}\n　　主　　文\n原告之訴駁回\n　　事　　實\n甲方面：聲明。\n　　理　　由\n本件如下。\n{CLOSING}"
    assert [part for part, _ in sections(text)] == ["案由", "主文", "事實", "理由", "結尾"]


@pytest.mark.parametrize("lead", ["裁定如左：主文", "處刑如下﹕主文", "判決如下主文", "如下：一、主文：", "\n主　文\n"])
def test_the_ruling_is_found_behind_every_lead(lead: str) -> None:
    assert sections(f"示範法院本院{lead}聲請駁回。理由一、主文所示。{CLOSING}")[1] == ("主文", "聲請駁回。")


def test_a_mention_of_the_ruling_is_not_the_ruling() -> None:
    assert ("主文", "所示。") not in sections("一、如主文所示。二、判決如主文所示。")


def test_without_any_heading_the_numbered_paragraphs_are_kept() -> None:
    text = "示範法院支付命令聲請人甲○○一、債務人應給付。二、得異議。中華民國113年3月4日司法事務官乙○○"
    assert [part for part, _ in sections(text)] == ["案由", "", "結尾"]


def tail(text: str) -> list[tuple[str, str]]:
    return sections(f"{HEADER}主文{RULING}理由一、如附表、附件及附錄所示。{CLOSING}{text}")[4:]


def test_what_is_appended() -> None:
    law, charge, table = "附錄本案論罪科刑法條：刑法第1條。", "附件：示範檢察官起訴書如附表一所示。", "附表一：編號1"
    assert tail(law + charge + table) == [("附錄", law), ("附件", charge), ("附表", table)]
    assert tail("※附錄論罪科刑法條※刑法") == [("附錄", "※附錄論罪科刑法條※刑法")]
    assert tail("附註：民事訴訟法第466條之1") == [("附錄", "附註：民事訴訟法第466條之1")]
    assert tail("【附表】：甲")[-1] == ("附表", "附表】：甲")


def test_the_closing_goes_on_after_a_table() -> None:
    copy = "以上正本證明與原本無異。書記官丙○○"
    table = "附表：編號1物品乙機車一輛、現金一千元"
    assert tail(table + copy) == [("附表", table), ("結尾", copy)]
    charge = "附件：示範檢察官起訴書110年度偵字第1號" + copy
    assert tail(charge) == [("附件", charge)]


def test_what_an_indictment_says_of_the_law_is_no_appendix() -> None:
    charge = "附件：示範檢察官起訴書一、證據：自白。二、被告所犯法條：刑法第320條。"
    assert tail(charge) == [("附件", charge)]


def test_a_table_of_abbreviations_is_no_appendix_of_statutes() -> None:
    table = "附表：編號1物品乙機車一輛附註：┌──┐警卷└──┘"
    assert tail(table) == [("附表", table)]


def test_an_indictment_without_the_word_for_it() -> None:
    charge = "臺灣示範地方檢察署檢察官起訴書110年度偵字第1號證據並所犯法條一、刑法。"
    law = "所犯法條：刑法第320條"
    assert tail(charge + law) == [("附件", charge), ("附錄", law)]


def test_the_prosecutor_who_attended_stands_with_the_closing() -> None:
    found = sections(HEADER + "主文" + RULING + "理由一、判決如主文。本案經檢察官丁○○到庭執行職務。" + CLOSING)
    assert found[2:] == [("理由", "一、判決如主文。"), ("結尾", "本案經檢察官丁○○到庭執行職務。" + CLOSING)]


def test_a_number_before_the_prosecutor_goes_with_the_closing() -> None:
    attended = "三、本案經檢察官丁○○聲請以簡易判決處刑。"
    found = sections(HEADER + "主文" + RULING + "理由一、甲。二、乙。" + attended + CLOSING)
    assert found[2:] == [("理由", "一、甲。二、乙。"), ("結尾", attended + CLOSING)]


def test_a_remark_between_the_day_and_the_judge() -> None:
    closing = "中華民國110年1月2日（因颱風停止上班，於次一上班日宣判）刑事第一庭法官乙○○以上正本證明與原本無異。"
    assert sections(HEADER + "主文" + RULING + "理由一、甲。" + closing)[3:] == [("結尾", closing)]


def test_a_day_in_the_reasons_closes_nothing() -> None:
    reasons = "一、甲於中華民國109年1月2日到院，法官乙○○在場。中華民國109年1月3日另有約定。"
    assert sections(HEADER + "主文" + RULING + "理由" + reasons + CLOSING)[2] == ("理由", reasons)


@given(st.integers(5, 40), st.sampled_from(["　　", "", " "]))
def test_wrapped_lines_change_no_section(width: int, indent: str) -> None:
    text = (
        HEADER + "主文" + RULING + "事實一、甲取走一物。理由一、按刑法第320條。二、經查。" + CLOSING + "附錄法條：刑法"
    )
    wrapped = f"\r\n{indent}".join(text[at : at + width] for at in range(0, len(text), width))
    assert sections(wrapped) == sections(text)


def test_a_part_is_a_plain_value() -> None:
    assert next(iter(parts(joined(HEADER)))) == Part(0, len(HEADER), "")
