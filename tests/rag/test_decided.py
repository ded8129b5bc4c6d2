"""Questions that name a decision by number, through the whole engine over a database of made-up documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pytest

from rag import arrivals
from rag.answer import Engine
from rag.decided import look_up, quoted, what_is_unknown
from rag.decisions import case_key
from rag.domain import OPEN, Answer, Document, Kind, Passage
from rag.expand import Expander, QueryTerms
from rag.index.seam import ScoredId
from rag.names import LawNames
from rag.retrieve import Retriever
from rag.segment import Grams, fold
from rag.store import Store, open_store
from rag.writer import writing
from tests import fakes

DAY = date(2024, 10, 11)
NAME = fakes.LAW.name
HOLDING = "示範共享單車租借條例第四條第二項規定，與憲法保障人民財產權之意旨並無牴觸。"
REASON = "業者保有押金七日，係為檢查單車有無毀損，其手段與目的之間有合理關聯。"
OPINION = "本席認為，七日之期間仍嫌過長。"
MAIN = "上訴駁回。第三審訴訟費用由上訴人負擔。"
VIEW = "租借人已於租借站歸還單車，業者即應返還押金，不得以未檢查為由拒絕。"
CLAIM = "上訴人主張：伊未收到返還押金之請求。"
NEWS = "公司逾期未返還押金，主管機關罰鍰五萬元，民眾可以請求賠償。"


def filed(kind: Kind, key: str, title: str, day: date, *parts: tuple[str, str, str], **facts: str) -> arrivals.Filed:
    """A document made of ``(section, speaker, text)``, each a passage."""
    text = "\n".join(part for _, _, part in parts)
    document = Document(
        key=key,
        version=day.isoformat(),
        source="made",
        kind=kind,
        title=title,
        text=text,
        valid_from=day,
        valid_to=OPEN,
        facts=facts,
    )
    starts = [text.index(part) for _, _, part in parts]
    spans = ((start, start + len(part), *about) for start, (*about, part) in zip(starts, parts, strict=True))
    return arrivals.filed(document, tuple(arrivals.Part(*span, "", True) for span in spans))


def judgment(jid: str, day: date, title: str, *more: tuple[str, str, str]) -> arrivals.Filed:
    court, year, case, number = jid.split(",")
    known = {"case_key": case_key(court[:3], year, case, number)}
    return filed("judgment", f"judgment/{jid}", title, day, ("主文", "法院", MAIN), *more, **known)


DOCUMENTS = [
    filed(
        "interpretation",
        "interpretation/701",
        "司法院釋字第701號解釋【單車押金案】",
        date(2012, 7, 6),
        ("爭點", "", "業者保有押金之規定違憲？"),
        ("解釋文", "", HOLDING),
        ("理由書", "", REASON),
        ("意見書", "張大法官甲", OPINION),
    ),
    filed(
        "interpretation",
        "constitutional/111年憲判字第1號",
        "111年憲判字第1號",
        date(2022, 2, 25),
        ("主文", "", "違憲。"),
        ("理由", "", "聲請意旨略以，應屬違憲。"),
        ("理由", "憲法法庭", "理由甲。"),
    ),
    judgment(
        "TPSV,104,台上,472",
        date(2015, 3, 26),
        "最高法院104年度台上字第472號判決",
        ("當事人主張", "上訴人", CLAIM),
        ("法院見解", "法院", VIEW),
    ),
    judgment("TPDV,105,訴,1", date(2016, 5, 1), "臺灣臺北地方法院105年度訴字第1號民事判決"),
    judgment("TPDM,105,訴,1", date(2016, 6, 1), "臺灣臺北地方法院105年度訴字第1號刑事判決"),
    judgment("SLDV,105,訴,1", date(2016, 7, 1), "臺灣士林地方法院105年度訴字第1號民事判決"),
    filed("news", "news/example.org/1", "單車業者「不還押金」挨罰", date(2024, 10, 1), ("", "", NEWS)),
    filed(
        "gazette",
        "gazette-ly/1",
        "立法院第10屆第1會期【12】次會議",
        date(2024, 9, 1),
        ("", "王委員甲", "我們要求公告轉運站導覽手冊的印製數量。"),
    ),
]


class EveryPassage:
    """Scores each passage by the weights of the terms it shares."""

    revision = "1"

    def __init__(self, store: Store) -> None:
        self.held = [one for one in store.changed(0) if one[1].searchable]

    def search(
        self, query: QueryTerms, as_of: date, limit: int, sources: Sequence[str] = (), levels: Sequence[str] = ()
    ) -> list[ScoredId]:
        found = []
        for document, passage in self.held:
            text = fold(passage.text + document.title)
            shared = sum(weight for term, weight in query.terms.items() if term in text) * 6
            if shared and document.holds_on(as_of) and document.source in (sources or [document.source]):
                found.append(ScoredId(passage.id, shared + query.laws.get(document.law, 0.0), shared))
        return sorted(found, key=lambda one: -one.score)[:limit]

    def close(self) -> None: ...


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    one = open_store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'youju.db'}", create=True)
    with writing(one) as writer:
        writer.put_laws([fakes.LAW])
        writer.put_documents([fakes.LAW.pcode], [doc for doc in fakes.DOCUMENTS if doc.law == fakes.LAW.pcode])
        came = [arrivals.Arrival(doc.document.key, "0", "1", "", None, b"", (doc,)) for doc in DOCUMENTS]
        arrivals.put(writer, "made", came, DAY)
    yield one
    one.close()


@pytest.fixture(scope="module")
def engine(store: Store) -> Engine:
    names = LawNames(store.law_names())
    return Engine(store, Retriever(store, EveryPassage(store), Expander(Grams(), {}), names), names, 6)


def quotes(answer: Answer) -> list[str]:
    assert {sentence.status for sentence in answer.sentences} <= {"proved"}
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    "question", ["釋字第701號說了什麼？", "司法院釋字第七〇一號解釋", "釋字701", "大法官第701號解釋"]
)
def test_an_interpretation_is_quoted_by_its_holding(engine: Engine, question: str) -> None:
    answer = engine.ask(question, DAY)
    assert (answer.state, quotes(answer)) == ("answered", [HOLDING])
    assert answer.sentences[0].text == f"司法院釋字第701號解釋〔單車押金案〕解釋文：「{HOLDING}」[1]"
    assert (answer.citations[0].kind, answer.citations[0].key) == ("interpretation", "interpretation/701")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("釋字第701號的理由是什麼？", [REASON]),
        ("釋字第701號爭點", ["業者保有押金之規定違憲？"]),
        ("釋字第701號怎麼說檢查單車有無毀損？", [HOLDING, REASON]),
        ("111年憲判字第1號", ["違憲。"]),
        ("111年憲判字第1號的理由", ["理由甲。"]),
        ("釋字第701號為什麼說檢查單車合憲？", [HOLDING, REASON]),
        ("最高法院104年度台上字第472號判決怎麼說？", [MAIN]),
        ("最高法院104年度台上字第472號判決要旨", [MAIN]),
        ("最高法院 104 年台上字第 472 號民事判決，歸還單車後不得拒絕返還押金嗎？", [MAIN, VIEW]),
    ],
)
def test_the_part_asked_for_is_quoted(engine: Engine, question: str, expected: list[str]) -> None:
    answer = engine.ask(question, DAY)
    assert (answer.state, quotes(answer)) == ("answered", expected)


def test_whose_words_they_are_is_said(engine: Engine) -> None:
    answer = engine.ask("釋字第701號的意見書怎麼說？", DAY)
    assert quotes(answer) == [OPINION]
    assert answer.citations[0].label.endswith("意見書（張大法官甲）")


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("釋字第748號", "收錄的來源裡沒有釋字第748號。"),
        ("釋字第九九九號說了什麼", "沒有釋字第九九九號；司法院解釋到釋字第813號為止。"),
        (
            "釋字第814、815號",
            "沒有釋字第814號；司法院解釋到釋字第813號為止。沒有釋字第815號；司法院解釋到釋字第813號為止。",
        ),
        ("最高法院104年度台上字第999號判決", "收錄的來源裡沒有最高法院104年度台上字第999號。"),
        (
            "最高法院104年度台上字第998、999號",
            "收錄的來源裡沒有最高法院104年度台上字第998號。收錄的來源裡沒有最高法院104年度台上字第999號。",
        ),
        ("臺灣高等法院105年度訴字第1號", "收錄的來源裡沒有臺灣高等法院105年度訴字第1號。"),
        ("113年憲判字第99號", "收錄的來源裡沒有113年憲判字第99號。"),
        ("104年度偵字第123號", "收錄的來源裡沒有104年度偵字第123號。"),
        ("最高法院77年度第9次民事庭會議決議", "收錄的來源裡沒有最高法院77年度第9次民事庭會議決議。"),
        ("法務部101年5月21日法律字第10103103830號函", "收錄的來源裡沒有法務部101年5月21日法律字第10103103830號。"),
    ],
)
def test_what_is_not_stored_is_said_and_nothing_near_stands_in(engine: Engine, question: str, message: str) -> None:
    answer = engine.ask(question, DAY)
    assert (answer.state, answer.reason, answer.message) == ("abstained", "not_found", message)
    assert answer.citations == answer.found == ()


def test_a_decision_of_a_later_day_was_not_there_yet(engine: Engine) -> None:
    answer = engine.ask("111年憲判字第1號", date(2020, 1, 1))
    assert (answer.state, answer.reason) == ("abstained", "not_found")
    assert answer.message == "111年憲判字第1號於民國111年2月25日作成，民國109年1月1日時還沒有。"


def test_the_year_of_a_number_is_no_day_of_the_question(engine: Engine) -> None:
    assert engine.ask("最高法院104年台上字第472號").as_of == engine.ask("釋字第701號").as_of


def test_judgments_that_share_a_number_are_all_shown(engine: Engine) -> None:
    answer = engine.ask("臺灣臺北地方法院105年度訴字第1號", DAY)
    assert [citation.label for citation in answer.citations] == [
        "臺灣臺北地方法院105年度訴字第1號刑事判決主文",
        "臺灣臺北地方法院105年度訴字第1號民事判決主文",
    ]
    assert (answer.state, answer.message) == ("answered", "臺灣臺北地方法院105年度訴字第1號有2件裁判。")
    assert len(engine.ask("105年度訴字第1號判決", DAY).citations) == 3


def test_more_than_can_be_shown_is_said(store: Store) -> None:
    names = LawNames(store.law_names())
    few = Engine(store, Retriever(store, EveryPassage(store), Expander(Grams(), {}), names), names, 2)
    answer = few.ask("105年度訴字第1號判決", DAY)
    assert (answer.state, len(answer.citations)) == ("partial", 2)
    assert answer.message == "105年度訴字第1號有3件裁判。問題所指共3件，這裡只列出前2件。"


def test_an_article_and_a_decision_are_both_shown(engine: Engine) -> None:
    answer = engine.ask(f"{NAME}第4條第2項是否牴觸釋字第701號？", DAY)
    assert (answer.state, quotes(answer)) == ("answered", [fakes.QUOTE, HOLDING])


def test_the_part_that_is_stored_is_answered(engine: Engine) -> None:
    answer = engine.ask("釋字第701號及第702號", DAY)
    assert (answer.state, quotes(answer)) == ("partial", [HOLDING])
    assert answer.message == "收錄的來源裡沒有釋字第702號。"


def test_searching_for_a_number_finds_the_decision_first(engine: Engine) -> None:
    first = engine.search("釋字第701號 押金", DAY)[0]
    assert (first.document.key, first.lane, first.passage.text) == ("interpretation/701", "exact", HOLDING)


def test_a_long_part_is_quoted_from_where_it_answers() -> None:
    lines = [f"第{number}段說明單車租借之沿革與各地營運情形，並比較外國法例之異同。" for number in range(1, 40)]
    lines[20] = "押金之返還期間應自歸還之翌日起算。"
    key = "interpretation/702"
    document = filed("interpretation", key, "釋字第702號", date(2013, 1, 1), *(("理由書", "", line) for line in lines))
    decided = look_up("釋字第702號", Held(document), DAY)
    drawn = list(quoted(decided, Held(document), "返還期間", {"返還": 1.0, "期間": 1.0}))
    assert len(drawn) == 1
    assert drawn[0].quote.startswith(lines[20])
    assert len(drawn[0].quote) <= 500


class Held:
    """One document, as the store would give it."""

    def __init__(self, one: arrivals.Filed) -> None:
        self.one = one

    def versions(self, key: str) -> tuple[Document, ...]:
        return (self.one.document,) if key == self.one.document.key else ()

    def passages_of(self, key: str, version: str) -> list[Passage]:
        text = self.one.document.text
        return [Passage(key, version, *part[:2], text[part[0] : part[1]], *part[2:]) for part in self.one.parts]

    def keys_of_case(self, case: str) -> list[str]:
        return []


def test_a_judgment_of_the_constitutional_court_is_found_by_its_case_number(store: Store) -> None:
    decided = look_up("111年憲判字第1號、最高法院104年度台上字第472號", store, DAY)
    assert [[one.key for one in each.documents] for each in decided] == [
        ["constitutional/111年憲判字第1號"],
        ["judgment/TPSV,104,台上,472"],
    ]
    assert [what_is_unknown(each, DAY) for each in decided] == ["", ""]


def test_news_proves_no_law(engine: Engine) -> None:
    answer = engine.ask("公司逾期未返還押金，主管機關罰鍰五萬元，可以請求賠償嗎？", DAY)
    assert "news" not in {citation.kind for citation in answer.citations}


def test_what_is_no_law_is_named_as_what_it_is(engine: Engine) -> None:
    answer = engine.ask("公報裡公告轉運站導覽手冊的印製數量應該依規定要求多少？", DAY)
    assert [citation.kind for citation in answer.citations] == ["gazette"]
    assert engine.ask("111年憲判字第1號", DAY).citations[0].label == "憲法法庭111年憲判字第1號判決主文"
    label = "立法院第10屆第1會期〔12〕次會議（王委員甲）"
    assert answer.sentences[0].text.startswith(f"{label}（公報）：「")
    assert answer.sentences[0].status == "proved"
