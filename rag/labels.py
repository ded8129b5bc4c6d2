"""Whether passages bear claims out, as people judge it: what a judge that is a program is measured by.

Each task is judged by two who see neither each other's label nor what the program said of it. Where they differ, a
third, who sees both, decides. What is settled can be exported; how far people agree is told at any time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, literal, select

from rag.access import begin
from rag.domain import sha256
from rag.errors import Conflict, UnknownKey
from rag.kappa import kappa
from rag.label_records import JUDGES, LEVELS, Dispute, Last, Level, Pair, Progress, Said, Settled, Task
from rag.schema import label_tasks, labels
from rag.store import Store, batches

LONGEST_BATCH = 80
# Any number will do, as long as no other program takes it on the same server.
_LOCK = 0x796F756A78
_TASK = [label_tasks.c[name] for name in Task.__dataclass_fields__]
_first = labels.c.adjudication.is_(False)
_decided = select(labels.c.task).where(labels.c.adjudication.is_(True))


class Labels:
    """The tasks and labels of a store; ``today`` tells the day. A labeller is the id of a key.

    Raises :class:`StoreError` when the database can't answer.
    """

    def __init__(self, store: Store, today: Callable[[], date]) -> None:
        self._store, self._today = store, today

    def put(self, batch: str, pairs: Iterable[Pair]) -> int:
        """Tasks for these pairs; those that are there already stay as they are. Returns how many are new."""
        rows = {_id(batch, one): {**asdict(one), "batch": batch, "created": self._today()} for one in pairs}
        new = 0
        with begin(self._store) as connection:
            _alone(connection)
            for ids in batches(rows):
                there = set(connection.execute(select(label_tasks.c.id).where(label_tasks.c.id.in_(ids))).scalars())
                values = [{"id": id, **rows[id]} for id in ids if id not in there]
                if values:
                    connection.execute(insert(label_tasks), values)
                new += len(values)
        return new

    def next(self, labeller: str, wanted: str = "") -> Task | None:
        """What is this labeller's to judge next: ``wanted`` if it still is, else one that somebody has begun.

        Everybody has an order of their own, by chance but always the same.
        """
        given = func.count(labels.c.task)
        query = select(label_tasks.c.id, given).outerjoin(labels, (labels.c.task == label_tasks.c.id) & _first)
        mine = select(labels.c.task).where(labels.c.labeller == labeller)
        query = query.where(label_tasks.c.id.not_in(mine)).group_by(label_tasks.c.id).having(given < JUDGES)
        with begin(self._store) as connection:
            found = [(id != wanted, -count, _place(labeller, id), id) for id, count in connection.execute(query)]
            return _task(connection, min(found)[-1]) if found else None

    def dispute(self, labeller: str, wanted: str = "") -> Dispute | None:
        """A task that two others see differently, for this one to decide."""
        mine = select(labels.c.task).where(labels.c.labeller == labeller)
        query = select(labels.c.task).where(_first, labels.c.task.not_in(_decided), labels.c.task.not_in(mine))
        query = query.group_by(labels.c.task).having(_differ())
        with begin(self._store) as connection:
            ids = connection.execute(query).scalars()
            found = min(((id != wanted, _place(labeller, id), id) for id in ids), default=None)
            if found is None:
                return None
            rows = connection.execute(_said(labels.c.task == found[-1], _first))
            said = sorted((Said(*row[2:]) for row in rows), key=lambda one: _place(found[-1], one.labeller))
            return Dispute(_task(connection, found[-1]), tuple(said))

    def record(self, labeller: str, task: str, level: Level, note: str = "", adjudication: bool = False) -> None:
        """One label; for an ``adjudication``, what decides between the two.

        :raises UnknownKey: there is no such task.
        :raises Conflict: this labeller has judged it, two others have, or there is nothing to decide.
        """
        of_task = (labels.c.task == task, _first)
        given = select(func.count()).where(*of_task).scalar_subquery()
        differ = select(_differ()).where(*of_task).scalar_subquery()
        free = [given == JUDGES, differ, literal(task).not_in(_decided)] if adjudication else [given < JUDGES]
        mine = select(labels.c.task).where(labels.c.task == task, labels.c.labeller == labeller)
        number = select(func.coalesce(func.max(labels.c.number), 0) + 1).where(labels.c.labeller == labeller)
        values = {
            "task": task, "labeller": labeller, "level": level, "note": note, "day": self._today(),
            "adjudication": adjudication,
        }  # fmt: skip
        row = [literal(value, labels.c[name].type) for name, value in values.items()]
        there = select(label_tasks.c.id).where(label_tasks.c.id == task)
        wanted = select(*row, number.scalar_subquery()).where(there.exists(), ~mine.exists(), *free)
        with begin(self._store) as connection:
            _alone(connection)
            # Told and done in one statement: SQLite takes its lock with the first that writes.
            statement = insert(labels).from_select([*values, "number"], wanted).returning(labels.c.task)
            if connection.execute(statement).first():
                return
            if connection.execute(there).first() is None:
                raise UnknownKey(f"沒有 {task} 這一題")
            if connection.execute(mine).first():
                raise Conflict("這一題您已經判斷過")
            raise Conflict("這一題沒有待仲裁的分歧" if adjudication else f"這一題已有 {JUDGES} 人判斷")

    def last(self, labeller: str) -> Last | None:
        """What this labeller gave last."""
        query = select(labels.c.task, labels.c.level, labels.c.adjudication).where(labels.c.labeller == labeller)
        with begin(self._store) as connection:
            row = connection.execute(query.order_by(labels.c.number.desc()).limit(1)).first()
        return Last(*row) if row else None

    def undo(self, labeller: str) -> Last:
        """Take back what this labeller gave last, which is then to be judged again.

        :raises Conflict: there is nothing, or a third has decided meanwhile.
        """
        last = self.last(labeller)
        if last is None:
            raise Conflict("沒有可以復原的判斷")
        mine = (labels.c.task == last.task) & (labels.c.labeller == labeller)
        undecided = labels.c.adjudication | labels.c.task.not_in(_decided)
        with begin(self._store) as connection:
            _alone(connection)
            if not connection.execute(delete(labels).where(mine, undecided)).rowcount:
                raise Conflict("這一題已經仲裁，不能復原")
        return last

    def progress(self, labeller: str = "", batch: str = "") -> Progress:
        """How far it is, of one batch or of all, and what of it is left to this labeller."""
        firsts, thirds = self._labels(batch)
        query = select(func.count()).select_from(label_tasks)
        with begin(self._store) as connection:
            tasks = connection.execute(query.where(label_tasks.c.batch == batch) if batch else query).scalar_one()
        pairs = {task: (said[0].level, said[1].level) for task, said in firsts.items() if len(said) == JUDGES}
        disputed = [task for task, (one, other) in pairs.items() if one != other and task not in thirds]
        mine = {task for task, said in firsts.items() if labeller in (one.labeller for one in said)}
        return Progress(
            tasks,
            len(firsts) - len(pairs),
            len(pairs),
            len(disputed),
            len(thirds),
            tasks - len(mine | pairs.keys()),
            sum(task not in mine for task in disputed),
            kappa(list(pairs.values()), LEVELS),
            kappa(list(pairs.values()), LEVELS, "linear"),
        )

    def export(self, batch: str = "") -> list[Settled]:
        """What is settled, by its id."""
        firsts, thirds = self._labels(batch)
        found: list[Settled] = []
        query = select(*_TASK, label_tasks.c.batch, label_tasks.c.stratum, label_tasks.c.verdict)
        with begin(self._store) as connection:
            for ids in batches(sorted(firsts)):
                rows = connection.execute(query.where(label_tasks.c.id.in_(ids)).order_by(label_tasks.c.id))
                for *task, of_batch, stratum, verdict in rows:
                    said, decision = tuple(firsts[task[0]]), thirds.get(task[0])
                    level = _settled(said, decision)
                    if level:
                        found.append(Settled(Task(*task), of_batch, stratum, verdict, said, decision, level))
        return found

    def _labels(self, batch: str) -> tuple[dict[str, list[Said]], dict[str, Said]]:
        """By task, what the two said, in the order of their ids, and what the third decided."""
        firsts: dict[str, list[Said]] = defaultdict(list)
        thirds: dict[str, Said] = {}
        with begin(self._store) as connection:
            for task, is_third, *said in connection.execute(_said(label_tasks.c.batch == batch) if batch else _said()):
                if is_third:
                    thirds[task] = Said(*said)
                else:
                    firsts[task].append(Said(*said))
        return firsts, thirds


def _said(*conditions: ColumnElement[bool]) -> Select[Any]:
    columns = labels.c.task, labels.c.adjudication, labels.c.labeller, labels.c.level, labels.c.note
    query = select(*columns).join(label_tasks, label_tasks.c.id == labels.c.task)
    return query.where(*conditions).order_by(labels.c.task, labels.c.labeller)


def _settled(said: Sequence[Said], decision: Said | None) -> Level | None:
    if decision:
        return decision.level
    return said[0].level if len(said) == JUDGES and said[0].level == said[1].level else None


def _differ() -> ColumnElement[bool]:
    return func.count(labels.c.level.distinct()) == JUDGES


def _task(connection: Connection, id: str) -> Task:
    return Task(*connection.execute(select(*_TASK).where(label_tasks.c.id == id)).one())


def _id(batch: str, pair: Pair) -> str:
    return sha256("\0".join((batch, pair.key, pair.claim, pair.passage)))[:32]


def _place(whose: str, id: str) -> str:
    return sha256(f"{whose}/{id}")


def _alone(connection: Connection) -> None:
    """One at a time: of three who press a key together, two labels count. SQLite sees to that itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
