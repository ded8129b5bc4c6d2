"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _documents()
    _laws()
    _ledger()
    _links()
    _meta()
    _passages()
    _releases()
    _removed()
    _snapshots()
    _translations()


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("law", sa.String(length=8), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=4), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "version"),
    )
    op.create_index("documents_law", "documents", ["law"], unique=False)
    op.create_index("documents_revision", "documents", ["revision"], unique=False)


def _laws() -> None:
    op.create_table(
        "laws",
        sa.Column("pcode", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=4), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("modified", sa.Date(), nullable=False),
        sa.Column("enacted", sa.Date(), nullable=True),
        sa.Column("repealed", sa.Date(), nullable=True),
        sa.Column("english_name", sa.Text(), nullable=False),
        sa.Column("effective_note", sa.Text(), nullable=False),
        sa.Column("former_names", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("pcode"),
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("first_seen", sa.Date(), nullable=False),
        sa.Column("last_seen", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("key", "version", "target"),
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _passages() -> None:
    op.create_table(
        "passages",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "version", "start"),
    )


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("member", sa.String(length=40), nullable=False),
        sa.Column("published", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("private_use", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _removed() -> None:
    op.create_table(
        "removed",
        sa.Column("passage", sa.String(length=160), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("passage"),
    )


def _snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("law", sa.String(length=8), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("law", "sha256"),
    )


def _translations() -> None:
    op.create_table(
        "translations",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("law", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("modified", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("translations_law", "translations", ["law"], unique=False)


def downgrade() -> None:
    op.drop_index("translations_law", table_name="translations")
    op.drop_table("translations")
    op.drop_table("snapshots")
    op.drop_table("removed")
    op.drop_table("releases")
    op.drop_table("passages")
    op.drop_table("meta")
    op.drop_table("links")
    op.drop_table("ledger")
    op.drop_table("laws")
    op.drop_index("documents_revision", table_name="documents")
    op.drop_index("documents_law", table_name="documents")
    op.drop_table("documents")
