from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.sections import joined
from ingest.utterances import utterances

HEADER = "示範法院判決110年度易字第1號原告甲○○被告乙○○本院判決如下："
CLOSING = "中華民國110年1月2日民事第一庭法官丙○○"


def told(body: str, criminal: bool = False) -> list[tuple[str, str, str, bool]]:
    whole = joined(f"{HEADER}主文原告之訴駁回。{body}")
    return [
        (one.section, one.speaker, whole.text[one.start : one.end], one.searchable)
        for one in utterances(whole, criminal)
    ]


def test_names_are_kept_and_not_found() -> None:
    found = told(f"理由一、經查。{CLOSING}附錄法條：民法第1條")
    assert [(section, searchable) for section, _, _, searchable in found] == [
        ("案由", False), ("主文", True), ("理由", True), ("結尾", False), ("附錄", False),
    ]  # fmt: skip


def test_the_parties_and_the_courts_view_are_sections_of_their_own() -> None:
    body = "事實及理由一、原告主張：丁等語。二、得心證之理由：㈠查戊。㈡原告主張己云云，並不足採。三、據上論結，判決如主文。"
    assert [one[:3] for one in told(body + CLOSING)[2:-1]] == [
        ("當事人主張", "原告", "一、原告主張：丁等語。"),
        ("法院見解", "法院", "二、得心證之理由：㈠查戊。"),
        ("事實及理由", "原告", "㈡原告主張己云云"),
        ("法院見解", "法院", "，並不足採。"),
        ("事實及理由", "法院", "三、據上論結，判決如主文。"),
    ]


def test_facts_are_found_by_a_criminal_court_and_told_by_parties_elsewhere() -> None:
    body = f"事實一、丁於某日取走一物。理由一、經查。{CLOSING}"
    assert told(body, criminal=True)[2][:2] == ("事實", "法院")
    assert told(body)[2][:2] == ("事實", "")


def test_a_bare_heading_goes_with_what_it_announces() -> None:
    assert told(f"事實及理由壹、實體部分一、原告主張：丁等語。{CLOSING}")[2][2] == "壹、實體部分一、原告主張：丁等語。"


def test_a_few_words_of_nobody_do_not_become_the_courts() -> None:
    words = "事實一、丁於民國109年1月2日，在示範市示範路1號示範銀樓，向店員戊佯稱：要看戒指云云，趁戊不備取走戒指一只。"
    assert [(speaker, text) for _, speaker, text, _ in told(words + CLOSING, criminal=True)[2:-1]] == [
        ("法院", "一、丁於民國109年1月2日，在示範市示範路1號示範銀樓，向店員戊佯稱："),
        ("", "要看戒指云云"),
        ("法院", "，趁戊不備取走戒指一只。"),
    ]


def test_paragraphs_begin_new_passages_unless_they_are_short() -> None:
    long = "丁" * 130
    found = told(f"理由一、查{long}。二、查戊。三、查己。{CLOSING}", criminal=True)
    assert [text for section, _, text, _ in found if section == "理由"] == [f"一、查{long}。", "二、查戊。三、查己。"]


def test_of_an_indictment_only_the_charges_are_found() -> None:
    found = told(
        f"理由一、如附件。{CLOSING}附件：臺灣示範地方檢察署檢察官起訴書110年度偵字第1號被告乙○○男40歲，茲將犯罪事實分敘如下：犯罪事實一、乙取走一物。"
        "此致臺灣示範地方法院中華民國110年1月1日檢察官戊○○"
    )
    assert [one[1:] for one in found[-3:]] == [
        ("檢察官", "附件：臺灣示範地方檢察署檢察官起訴書110年度偵字第1號被告乙○○男40歲，茲將犯罪事實分敘如下：", False),
        ("檢察官", "犯罪事實一、乙取走一物。", True),
        ("檢察官", "此致臺灣示範地方法院中華民國110年1月1日檢察官戊○○", False),
    ]


def test_what_else_is_attached_is_nobodys() -> None:
    assert told(f"理由一、如附件。{CLOSING}附件：和解筆錄")[-1] == ("附件", "", "附件：和解筆錄", True)


WORDS = """主文 事實 理由 事實及理由 判決如下： 一、 二、 ㈠ 。 ， ： 原告主張 等語 經查 得心證之理由： 附錄 附件： 起訴書 中華民國113年1月2日 法官 此致臺灣 甲""".split()


@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join), st.booleans())
def test_what_is_told_is_in_order(text: str, criminal: bool) -> None:
    found = list(utterances(joined(text), criminal))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
