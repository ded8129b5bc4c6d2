"""Every option of Youju, once: its name, default and one line of help. Each is read from ``YOUJU_<NAME>``.

``YOUJU_TEST_*`` belongs to the test suite and is left alone; every other unknown ``YOUJU_*`` variable refuses to start.
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingsError

PREFIX = "YOUJU_"
TEST_PREFIX = "YOUJU_TEST_"

_WRONG = {
    "bool_parsing": "應為 true 或 false",
    "float_parsing": "應為數字",
    "greater_than": "應大於 {gt}",
    "greater_than_equal": "不得小於 {ge}",
    "int_from_float": "應為整數",
    "int_parsing": "應為整數",
    "less_than_equal": "不得大於 {le}",
    "literal_error": "只能是 {expected}",
}


class Settings(BaseSettings):
    """The options, frozen; ``load_settings`` makes one."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    data: Path = Field(Path("data"), description="放所有資料（資料庫、索引、下載檔）的資料夾")
    database_url: str = Field("", description="資料庫網址；空白即用資料夾內的 SQLite 檔")
    qdrant_url: str = Field("", description="Qdrant 伺服器網址；空白即用內嵌的 Qdrant Edge")
    qdrant_api_key: SecretStr = Field(SecretStr(""), description="Qdrant 伺服器的金鑰")
    source_dir: Path | None = Field(None, description="來源檔案的本機資料夾；設定後法規不連網下載，工作可由此收檔")
    segmenter: Literal["bigram", "ckip"] = Field("bigram", description="斷詞方式：bigram，或 ckip（需 models 套件）")
    ckip_model: str = Field("bert-base", description="CKIP 斷詞模型的名稱或資料夾")
    ckip_device: int = Field(-1, ge=-1, description="CKIP 使用的 GPU 編號；-1 為 CPU")
    embedder: str = Field(
        "static",
        description="語意向量：static（內建的）、none（不用），或向量模型的識別碼或資料夾（需 models 套件）",
    )
    embedder_device: str = Field("", description="向量模型所用的裝置，如 cpu、cuda:0；空白即自動")
    embedder_batch: int = Field(32, ge=1, description="向量模型一次讀幾段；記憶體不足時調小")
    embedder_alone: float = Field(0.0, ge=0, le=1, description="沒有相同的詞、只憑語意也算找到的最低相似度；0 即依模型")
    rerank: bool = Field(True, description="找到的條文是否以內建的模型重排")
    reranker: str = Field(
        "", description="另請誰重排最好的 30 筆：cross-encoder 的代號或資料夾，或 LlamaIndex 後處理器 套件.模組:類別"
    )
    reranker_device: str = Field("", description="cross-encoder 所用的裝置，如 cpu、cuda:0；空白即自動")
    rewrite: bool = Field(False, description="設有聊天模型時，是否先請它把問題改寫成法條用語，一併搜尋")
    rewrite_timeout_s: float = Field(5.0, gt=0, description="等模型改寫問題最多的秒數，逾時即照原問題搜尋")
    max_sentences: int = Field(6, ge=1, le=50, description="一則回答最多的句數")
    max_question_chars: int = Field(1000, ge=1, le=20000, description="問題最多的字數")
    host: str = Field("127.0.0.1", description="HTTP 服務的位址")
    port: int = Field(8000, ge=1, le=65535, description="HTTP 服務的連接埠")
    workers: int = Field(1, ge=1, le=64, description="HTTP 服務用幾個行程作答")
    anonymous: bool = Field(True, description="沒有金鑰能不能查詢")
    rate_per_minute: float = Field(60, ge=0, description="同一位址沒有金鑰時每分鐘最多的要求數；0 即不限")
    rate_burst: int = Field(30, ge=1, description="同一位址沒有金鑰時一次能連續送出的要求數")
    key_rate_per_minute: float = Field(600, ge=0, description="同一把金鑰每分鐘最多的要求數；0 即不限")
    key_rate_burst: int = Field(100, ge=1, description="同一把金鑰一次能連續送出的要求數")
    max_concurrent: int = Field(32, ge=1, description="一個行程同時處理的要求數；更多的稍候，再多即回 503")
    request_timeout_s: float = Field(300.0, gt=0, description="處理一個要求最多的秒數，逾時即回 504")
    body_timeout_s: float = Field(20.0, gt=0, description="等要求的內容送完最多的秒數，逾時即回 408")
    trusted_proxies: str = Field("", description="信任其 X-Forwarded-For 的代理位址或網段，以逗號分隔")
    cors_origins: str = Field("", description="可由瀏覽器讀取回應的其他網站，以逗號分隔；空白即不開放")
    contact: str = Field("", description="下載時寫進 User-Agent 的聯絡方式（電子郵件或網址）")
    allow_open_data_api: bool = Field(False, description="同意下載 law.moj.gov.tw 公開的資料 API（其網頁不爬）")
    judicial_user: str = Field("", description="司法院資料開放平臺的帳號（下載裁判書用）")
    judicial_password: SecretStr = Field(SecretStr(""), description="司法院資料開放平臺的密碼")
    openfun_token: SecretStr = Field(SecretStr(""), description="OpenFun 立法院 API 的權杖；可不設")
    redis_url: SecretStr = Field(
        SecretStr(""), description="工作佇列與流量限制的 Redis 網址；空白即用 SQLite 檔與記憶體"
    )
    webhook_url: SecretStr = Field(SecretStr(""), description="工作失敗或來源過期時要通知（POST JSON）的網址")
    fetch_interval_s: float = Field(2.0, ge=0, description="對同一網站兩次下載之間至少隔的秒數")
    model: str = Field("", description="聊天模型的預設組，如 taide-8b；空白即不用模型，逐字摘錄法條作答")
    model_url: str = Field("http://127.0.0.1:8001/v1", description="模型伺服器（OpenAI 相容，如 vLLM）的網址")
    model_key: SecretStr = Field(SecretStr(""), description="模型伺服器的金鑰；可不設")
    model_name: str = Field("", description="伺服器上的模型名稱；空白即用預設組的名稱")
    model_timeout_s: float = Field(120.0, gt=0, description="模型寫完一則回答最多的秒數")
    model_first_token_s: float = Field(30.0, gt=0, description="等模型寫出第一個字最多的秒數")
    model_context: int = Field(0, ge=0, description="模型一次能讀寫的 token 數；0 即依預設組與伺服器")
    tokenizer: Path | None = Field(None, description="斷詞器的資料夾；伺服器不能計算 token 時用（需 models 套件）")
    nli_model: Path | None = Field(None, description="查核每一句的 NLI 模型資料夾；空白即不用（需 models 套件）")
    judge: bool = Field(False, description="是否再請聊天模型查核每一句有無依據")
    eval_key: SecretStr = Field(SecretStr(""), description="評測另一個有據服務時用的金鑰；可不設")

    @property
    def store_url(self) -> str:
        """Where the store of record is: the URL given, or a SQLite file inside ``data``."""
        return self.database_url or f"sqlite:///{self.data / 'youju.db'}"


def load_settings(**overrides: object) -> Settings:
    """Settings from the environment; an override that is not ``None`` wins over it.

    ``load_settings(port=9000, data=None).port == 9000``. Raises ``SettingsError``: one line, with a hint.
    """
    _refuse_unknown_variables()
    given: dict[str, Any] = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def _refuse_unknown_variables() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        upper = name.upper()
        if upper.startswith(PREFIX) and not upper.startswith(TEST_PREFIX) and upper not in known:
            raise SettingsError(f"沒有 {name} 這個設定{_hint(upper, known)}")


def _hint(name: str, known: set[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"；是不是 {near[0]}？" if near else f"；可用的設定：{'、'.join(sorted(known))}"


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    field = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        return f"沒有 {field} 這個設定{_hint(field, set(Settings.model_fields))}"
    wrong = _WRONG.get(first["type"], first["msg"]).format_map(first.get("ctx", {})).replace(" or ", " 或 ")
    shown = "" if "SecretStr" in str(Settings.model_fields[field].annotation) else f"={first['input']}"
    return f"設定 {PREFIX}{field.upper()}{shown} 不對：{wrong}（{Settings.model_fields[field].description}）"
