"""What is asked of the store at every question, made once: to build such a query anew takes longer than to run it."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from rag import schema
from rag.domain import Document

_documents = schema.documents.c

# In the order of the record's fields, so that a row is its arguments.
DOCUMENT = [_documents[name] for name in Document.__dataclass_fields__]
VERSION = select(*DOCUMENT).where(_documents.key == bindparam("key"), _documents.version == bindparam("version"))
VERSIONS = (
    select(*DOCUMENT).where(_documents.key == bindparam("key")).order_by(_documents.valid_from, _documents.version)
)
BY_KEY = select(*DOCUMENT).where(_documents.key.in_(bindparam("keys", expanding=True)))
PARTS = select(schema.passages).where(schema.passages.c.key.in_(bindparam("keys", expanding=True)))
LAW = select(schema.laws).where(schema.laws.c.pcode == bindparam("pcode"))
REVISION = select(schema.meta.c.value).where(schema.meta.c.name == "revision")
