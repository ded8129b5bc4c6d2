"""Made-up records of the Executive Yuan Gazette in the official form."""

from __future__ import annotations


def record(**fields: str) -> str:
    given = {
        "MetaId": "1",
        "Doc_Style_LName": "法規",
        "Doc_Style_SName": "中央法規標準法第3條之7種命令",
        "Date_Created": "中華民國115年10月5日",
        "Date_Published": "中華民國115年10月6日",
        "GazetteId": "示範字第1號",
        "Title": "示範部令：修正「示範辦法」",
        "Explain": "",
        "HTMLContent": "<p>修正示範辦法。</p>",
    } | fields
    return "<Record>" + "".join(f"<{name}><![CDATA[{text}]]></{name}>" for name, text in given.items()) + "</Record>"


def issue(*records: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Gazette>{"".join(records)}</Gazette>'.encode()
