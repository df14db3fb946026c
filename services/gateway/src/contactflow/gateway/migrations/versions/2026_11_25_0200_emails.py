"""Outgoing e-mails, and the codes by which account holders prove their address."""

import sqlalchemy as sa
from alembic import op

from contactflow.persistence.migrations import Walls

revision = "2026_11_25_emails"
down_revision = "2026_11_25_erasures"
branch_labels = None
depends_on = None

WALLS = Walls("gateway")


def upgrade() -> None:
    emails()
    contents()
    codes()


def emails() -> None:
    """What became of each."""
    op.create_table(
        "emails",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_emails"),
        sa.UniqueConstraint("workspace_id", "key_hash", name="uq_emails_workspace_id_key_hash"),
    )
    op.create_index("ix_emails_created_at", "emails", ["created_at"])
    WALLS.walled("emails")
    WALLS.open_to_system("emails")


def contents() -> None:
    """What each says and to whom, while it waits."""
    op.create_table(
        "email_contents",
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_email_contents"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "id"],
            ["emails.workspace_id", "emails.id"],
            name="fk_email_contents_emails",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "subject_id"],
            ["subjects.workspace_id", "subjects.id"],
            name="fk_email_contents_subjects",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "ix_email_contents_subject_id", "email_contents", ["workspace_id", "subject_id"]
    )
    WALLS.walled("email_contents")


def codes() -> None:
    """Of account holders; whose address is verified, and since when."""
    op.add_column("accounts", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("accounts", sa.Column("verification", sa.LargeBinary(), nullable=True))
    op.add_column("accounts", sa.Column("reset", sa.LargeBinary(), nullable=True))
