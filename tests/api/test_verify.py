import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date
from itertools import islice

import httpx
import pytest

from api.app import create_app
from rag.check import CheckReport, report_to_dict
from tests.api.library import assert_carried, assert_problem, client, engine
from tests.api.live import live
from tests.fakes import LAW, FakeEngine

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


class Thorough(FakeEngine):
    """Takes its time over a long text until it is let, and remembers how many it had at once."""

    def __init__(self) -> None:
        super().__init__()
        self.let, self.lock = threading.Event(), threading.Lock()
        self.now = self.most = 0

    def verify(self, text: str, as_of: date | None = None) -> CheckReport:
        if len(text) < 10_000:
            return super().verify(text, as_of)
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        assert self.let.wait(60)
        with self.lock:
            self.now -= 1
        return super().verify(TEXT, as_of)


def test_long_texts_are_checked_one_after_the_other_and_nobody_else_waits() -> None:
    thorough = Thorough()
    with live(create_app(thorough)) as url, ThreadPoolExecutor(6) as pool:

        def status(text: str) -> int:
            return httpx.post(f"{url}/v1/verify", json={"text": text}, timeout=60).status_code

        asked = [pool.submit(status, "法" * 10_000) for _ in range(6)]
        # One is checked and two wait.
        refused = [one.result() for one in islice(as_completed(asked), 3)]
        short = status(TEXT)
        thorough.let.set()
        answered = [one.result() for one in asked]
    assert refused == [503, 503, 503]
    assert short == 200
    assert sorted(answered) == [200, 200, 200, 503, 503, 503]
    assert thorough.most == 1
