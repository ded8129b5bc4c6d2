"""The tables of what people are to judge, and of what they said."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, String, Table, Text


def label_tables(metadata: MetaData) -> tuple[Table, Table]:
    """``label_tasks``, a claim with the passage it is to rest on each, and ``labels``, by task and labeller.

    ``key`` is the document of the passage, which goes with it; ``number`` counts the labels of one labeller.
    """
    tasks = Table(
        "label_tasks",
        metadata,
        Column("id", String(32), primary_key=True),
        Column("batch", String(80), nullable=False),
        *(Column(name, Text, nullable=False) for name in ("claim", "passage", "label")),
        Column("key", String(160), nullable=False),
        Column("stratum", String(80), nullable=False),
        Column("verdict", String(20), nullable=False),
        Column("created", Date, nullable=False),
        Index("label_tasks_batch", "batch"),
        Index("label_tasks_key", "key"),
    )
    labels = Table(
        "labels",
        metadata,
        Column("task", String(32), primary_key=True),
        Column("labeller", String(12), primary_key=True),
        Column("level", String(8), nullable=False),
        Column("note", Text, nullable=False),
        Column("day", Date, nullable=False),
        Column("adjudication", Boolean, nullable=False),
        Column("number", Integer, nullable=False),
    )
    return tasks, labels
