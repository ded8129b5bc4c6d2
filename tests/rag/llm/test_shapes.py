import pytest

from rag.llm.shapes import fits

SCHEMA = {
    "type": "object",
    "properties": {
        "判斷": {"type": "string", "enum": ["支持", "矛盾"]},
        "次數": {"type": "integer"},
        "句": {"type": "array", "items": {"type": "object", "required": ["編號"]}},
    },
    "required": ["判斷"],
}


@pytest.mark.parametrize("value", [{"判斷": "支持"}, {"判斷": "矛盾", "次數": 2, "句": [{"編號": 1}], "其他": None}])
def test_value_of_the_shape_fits(value: object) -> None:
    assert fits(value, SCHEMA)


@pytest.mark.parametrize(
    "value",
    [None, [], "支持", {}, {"判斷": "也許"}, {"判斷": 1}, {"判斷": ["支持"]}]
    + [{"判斷": "支持", "次數": wrong} for wrong in ("2", True, 2.5, None)]
    + [{"判斷": "支持", "句": wrong} for wrong in ({}, [{}], ["編號"])],
)
def test_any_other_value_does_not(value: object) -> None:
    assert not fits(value, SCHEMA)


def test_truth_is_no_number_and_no_number_is_true() -> None:
    assert fits(True, {"type": "boolean"})
    assert not fits(1, {"type": "boolean"})
    assert not fits(True, {"type": "number"})
    assert fits(None, {"type": "null"})
