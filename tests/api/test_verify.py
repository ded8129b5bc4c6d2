import pytest

from rag.check import report_to_dict
from tests.api.library import assert_carried, assert_problem, client, engine
from tests.fakes import LAW

TEXT = f"\n依{LAW.name}第4條第2項，業者應於七日內返還押金。\n另依{LAW.name}第99條辦理。"


def test_the_report_as_json() -> None:
    body = assert_carried(client().post("/v1/verify", json={"text": TEXT, "as_of": "2024-08-01"}))
    assert [one["verdict"] for one in body["references"]] == ["verified", "not_found"]
    assert [TEXT[one["start"] : one["end"]] for one in body["references"]] == [
        one["text"] for one in body["references"]
    ]
    assert [(one["line"], one["column"]) for one in body["references"]] == [(2, 2), (3, 3)]
    assert (body["as_of"], body["extracted"], body["checked"], body["is_clean"]) == ("2024-08-01", 2, 2, False)
    assert body["counts"] == {"verified": 1, "not_found": 1}
    assert "第99條" in body["references"][1]["detail"]


def test_it_is_the_report_of_the_command_line() -> None:
    body = client().post("/v1/verify", json={"text": TEXT, "as_of": "2024-08-01"}).json()
    known = report_to_dict(engine().verify(TEXT, None))
    assert {name: body[name] for name in known if name != "as_of"} == {
        name: list(value) if isinstance(value, tuple) else value for name, value in known.items() if name != "as_of"
    }


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "text：缺少這個欄位"),
        ({"text": ""}, "text：不得空白"),
        ({"text": " \n"}, "text：不得空白"),
        ({"text": "a\x00b"}, "text：含有無法辨識的字元"),
        ({"text": "民法", "as_of": "明天"}, "as_of：日期寫成"),
        ({"text": "民法", "day": "2024-08-01"}, "day：不認得這個欄位"),
    ],
)
def test_what_is_not_fit_is_told(body: object, says: str) -> None:
    assert_problem(client().post("/v1/verify", json=body), 422, says)
