"""What the service says of itself: its name and who drafts its answers, both as configured, never as a model tells."""

from __future__ import annotations

import re

from rag.presets import EXTRACTIVE
from rag.scope import Refusal

_YOURS = "公司|老闆|房東|雇主|律師"  # 你老闆: of whom somebody else is asked
_YOU = rf"(?:[你您妳](?!的?(?:{_YOURS}))(?:們|自己)?|有據(?![證此足])|(?:這個|本)(?:系統|服務|網站|機器人|助理))"
_ANY_YOU = "(?:[你您妳]|有據)"
_LONGEST = 40  # characters; more is no plain question
_MAKER = "(?:開發|訓練|研發|創造|製造|設計|打造|出品|推出|供應|做|寫|養)"
_MODELS = (
    "(?:deepseek|深度求索|chatgpt|gpt(?:-?[0-9.]+o?)?|openai|claude|anthropic|gemini|google|llama|meta|qwen|通義(?:千問)?|千問|阿里(?:巴巴)?|"
    "文心(?:一言)?|百度|豆包|字節跳動|kimi|月之暗面|智譜|glm|混元|騰訊|mistral|grok|taide|copilot|微軟|商湯|訊飛(?:星火)?)"
)
_ASKS = re.compile("[嗎呢吧？?誰哪]|什麼|是不是")
_KIND = "(?:什麼|哪[一個種家款國裡些]*|誰|何種|幾代)[^，。？]{0,4}"
# 你是誰做的 · 你用什麼模型 · 有據背後是哪家公司 · 你是DeepSeek嗎 · 深度求索是你的公司嗎 · 你是哪一國的
_WHO = re.compile(
    rf"{_YOU}[^，。？]{{0,8}}(?:誰|哪)[^，。？]{{0,6}}{_MAKER}"
    rf"|(?:誰|哪[^，。？]{{0,6}}){_MAKER}(?:出|了)?(?:來)?的?{_YOU}"
    rf"|{_YOU}的?(?:開發者|開發商|作者|製作者|創造者|母公司|國籍|底層|模型|版本)(?:是|叫|在|[？?嗎呢]|$)"
    rf"|{_YOU}[^，。？]{{0,8}}(?:模型|大模型|llm|套殼|ai)(?!的?(?:規定|法))"
    rf"|{_YOU}[^，。？]{{0,8}}{_MODELS}|{_MODELS}[^，。？]{{0,8}}{_ANY_YOU}"
    rf"|^{_YOU}(?:到底|究竟)?是(?:誰|什麼|{_KIND}(?:公司|國家|國|人|團隊))|^{_YOU}(?:來自|叫什麼)"
    rf"|{_YOU}是(?:在)?[^，。？我你他]{{1,10}}{_MAKER}(?:出來)?的",
    re.IGNORECASE,
)


def asks_who(question: str) -> bool:
    """Whether it asks who or what answers: 「你是誰做的？」; not 「你們公司可以扣薪水嗎」."""
    plain = len(question) <= _LONGEST and _ASKS.search(question) is not None
    return plain and _WHO.search(question) is not None


def who(writer: str) -> Refusal:
    """What is said then. ``writer`` is the name of the configured model, or of what quotes without one."""
    by = "逐字引用來源，不經語言模型" if writer == EXTRACTIVE else f"由設定的模型「{writer}」起草，逐句核對來源後才送出"
    return Refusal("outside_coverage", f"這裡是「有據」，依臺灣公開法律來源回答問題的系統；回答{by}。")
