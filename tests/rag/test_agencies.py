import pytest

from rag.agencies import bodies


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("衛福部表示，最高法院已駁回", ["衛生福利部", "TPS"]),
        ("健保署拒絕給付", ["衛生福利部中央健康保險署"]),
        ("主管機關得限期改善", []),
    ],
)
def test_the_bodies_of_a_text(text: str, names: list[str]) -> None:
    assert [body.name for body in bodies(text)] == names


@pytest.mark.parametrize(("text", "task"), [("國稅局會追稅", "稽徵機關"), ("勞保局核付", "保險人")])
def test_a_law_may_call_a_body_by_its_task(text: str, task: str) -> None:
    (body,) = bodies(text)
    assert task in body.tasks
