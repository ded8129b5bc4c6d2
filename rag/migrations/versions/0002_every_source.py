"""Sources whose documents come whole: what came, its passages with section and speaker, links with a relation, jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _widen()
    _replace_links()
    _raws()
    _jobs()


def _widen() -> None:
    def text(name: str) -> sa.Column[str]:
        return sa.Column(name, sa.Text(), nullable=False, server_default="")

    raw = sa.String(length=160)
    op.add_column("ledger", sa.Column("raw", raw, nullable=False, server_default=""))
    op.add_column("ledger", text("reason"))
    op.create_index("ledger_raw", "ledger", ["source", "raw"])
    op.add_column("documents", sa.Column("raw", raw, nullable=False, server_default=""))
    op.add_column("documents", sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
    op.create_index("documents_raw", "documents", ["source", "raw"])
    op.create_index("documents_version", "documents", ["source", "version"])
    for name in ("section", "speaker", "place"):
        op.add_column("passages", text(name))
    op.add_column("passages", sa.Column("searchable", sa.Boolean(), nullable=False, server_default=sa.true()))


def _replace_links() -> None:
    """The relation joins the primary key, which SQLite cannot change in place."""
    op.rename_table("links", "links_before")
    op.create_table(
        "links",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("relation", sa.String(length=12), nullable=False, server_default="cites"),
        sa.Column("day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("key", "version", "target", "relation", name="links_pk"),
    )
    op.execute("INSERT INTO links (key, version, target) SELECT key, version, target FROM links_before")
    op.drop_table("links_before")
    op.create_index("links_target", "links", ["target"])


def _raws() -> None:
    op.create_table(
        "raws",
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=160), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rules", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("seen", sa.Date(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("source", "id"),
    )
    op.create_table(
        "copies",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("raw", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("key", "source", "raw"),
    )
    op.create_index("copies_raw", "copies", ["source", "raw"])
    op.create_table(
        "marks",
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", "name"),
    )
    op.create_table(
        "tombstones",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "cases",
        sa.Column("case", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("case", "key"),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("started", sa.DateTime(), nullable=True),
        sa.Column("finished", sa.DateTime(), nullable=True),
        sa.Column("beat", sa.DateTime(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("cancel", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("jobs_source", "jobs", ["source", "state"])
    op.create_table(
        "job_errors",
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job", "key"),
    )
