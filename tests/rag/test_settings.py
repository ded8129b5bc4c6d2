import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import SettingsError
from rag.settings import PREFIX, Settings, load_settings


@pytest.fixture(autouse=True)
def no_settings_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)


def test_defaults_need_no_environment() -> None:
    settings = load_settings()
    assert settings.data == Path("data")
    assert settings.store_url == "sqlite:///data/youju.db"
    assert settings.qdrant_url == ""


def test_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOUJU_PORT", "9001")
    monkeypatch.setenv("YOUJU_DATABASE_URL", "postgresql+psycopg://host/name")
    settings = load_settings()
    assert settings.port == 9001
    assert settings.store_url == "postgresql+psycopg://host/name"


def test_empty_variable_means_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOUJU_PORT", "")
    assert load_settings().port == Settings.model_fields["port"].default


def test_override_wins_and_none_means_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOUJU_PORT", "9001")
    monkeypatch.setenv("YOUJU_HOST", "0.0.0.0")  # noqa: S104 - a value to read, nothing listens
    settings = load_settings(port=9002, host=None)
    assert (settings.port, settings.host) == (9002, "0.0.0.0")  # noqa: S104


def test_unknown_variable_refuses_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOUJU_PROT", "80")
    with pytest.raises(SettingsError, match=r"沒有 YOUJU_PROT 這個設定；是不是 YOUJU_PORT？"):
        load_settings()


def test_unknown_override_refuses() -> None:
    with pytest.raises(SettingsError, match="沒有 prot 這個設定；是不是 port？"):
        load_settings(prot=80)


def test_variables_of_the_test_suite_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOUJU_TEST_POSTGRES_URL", "postgresql+psycopg://host/name")
    assert load_settings() == Settings()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("YOUJU_PORT", "abc", "應為整數"),
        ("YOUJU_PORT", "70000", "不得大於 65535"),
        ("YOUJU_MAX_SENTENCES", "0", "不得小於 1"),
        ("YOUJU_FETCH_INTERVAL_S", "soon", "應為數字"),
        ("YOUJU_SEGMENTER", "jieba", "只能是 'bigram' 或 'ckip'"),
    ],
)
def test_ill_typed_value_refuses_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    line = str(caught.value)
    assert f"{name}={value}" in line
    assert says in line
    assert "\n" not in line


def test_secret_is_never_shown() -> None:
    settings = load_settings(qdrant_api_key="s3cret")
    assert "s3cret" not in repr(settings)
    assert settings.qdrant_api_key.get_secret_value() == "s3cret"


@given(st.integers(min_value=1, max_value=65535))
def test_every_legal_port_is_taken(port: int) -> None:
    assert load_settings(port=port).port == port


def test_every_setting_has_one_line_of_help() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert "\n" not in field.description, name
