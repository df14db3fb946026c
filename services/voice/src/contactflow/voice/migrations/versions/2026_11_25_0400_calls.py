"""Calls, and what is kept of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

from contactflow.persistence.migrations import Walls

revision = "2026_11_25_calls"
down_revision = "2026_11_25_places"
branch_labels = None
depends_on = None

WALLS = Walls("voice")


def upgrade() -> None:
    calls()
    turns()
    about_a_call(
        "summaries",
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("generated_at", sa.DateTime(timezone=True), nullable=False),
    )
    about_a_call(
        "follow_ups",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("callback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    about_a_call(
        "recordings",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("started_ms", sa.Integer(), nullable=False),
    )


def calls() -> None:
    op.create_table(
        "calls",
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("caller", sa.LargeBinary(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("number_id", sa.Uuid(), nullable=False),
        sa.Column("to_e164", sa.String(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("carrier_call_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("agent_version", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("disclosure_wording_id", sa.String(), nullable=True),
        sa.Column("disclosure_locale", sa.String(), nullable=True),
        sa.Column("disclosure_at_ms", sa.Integer(), nullable=True),
        sa.Column("disclosure_played_ms", sa.Integer(), nullable=True),
        sa.Column("disclosure_confirmed", sa.Boolean(), nullable=True),
        sa.Column("recording_policy", sa.String(), nullable=False),
        sa.Column("consent", sa.String(), nullable=False),
        sa.Column("consent_by", sa.String(), nullable=True),
        sa.Column("consent_at_ms", sa.Integer(), nullable=True),
        sa.Column("latency_turns", sa.Integer(), nullable=False),
        sa.Column("latency_p50_ms", sa.Integer(), nullable=True),
        sa.Column("latency_p95_ms", sa.Integer(), nullable=True),
        sa.Column("turn_count", sa.Integer(), nullable=False),
        sa.Column("has_recording", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("minor_at_ms", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        *row(),
        subject("calls"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_calls"),
        sa.UniqueConstraint(
            "workspace_id", "carrier_id", "carrier_call_id", name="uq_calls_carrier"
        ),
    )
    op.create_index("ix_calls_subject_id", "calls", ["workspace_id", "subject_id"])
    WALLS.walled("calls")


def turns() -> None:
    about_a_call(
        "turns",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("started_ms", sa.Integer(), nullable=False),
        sa.Column("ended_ms", sa.Integer(), nullable=False),
        sa.Column("interrupted", sa.Boolean(), nullable=False),
        sa.Column("end_of_speech_ms", sa.Integer(), nullable=True),
        sa.Column("speech_to_text_ms", sa.Integer(), nullable=True),
        sa.Column("first_token_ms", sa.Integer(), nullable=True),
        sa.Column("first_sentence_ms", sa.Integer(), nullable=True),
        sa.Column("first_audio_ms", sa.Integer(), nullable=True),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.UniqueConstraint("workspace_id", "call_id", "seq", name="uq_turns_seq"),
    )


def about_a_call(name: str, *parts: SchemaItem) -> None:
    """A table of the caller's, that goes with the call."""
    op.create_table(
        name,
        sa.Column("call_id", sa.Uuid(), nullable=False),
        *parts,
        *row(),
        subject(name),
        sa.ForeignKeyConstraint(
            ["workspace_id", "call_id"],
            ["calls.workspace_id", "calls.id"],
            name=f"fk_{name}_calls",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_call_id", name, ["workspace_id", "call_id"])
    op.create_index(f"ix_{name}_subject_id", name, ["workspace_id", "subject_id"])
    WALLS.walled(name)


def row() -> list[sa.Column[object]]:
    return [
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def subject(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", "subject_id"],
        ["subjects.workspace_id", "subjects.id"],
        name=f"fk_{name}_subjects",
        ondelete="CASCADE",
    )
