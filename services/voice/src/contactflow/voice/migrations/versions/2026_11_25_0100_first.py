"""The first tables: what every service has, and copies of agents."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from contactflow.persistence.migrations import Walls

revision = "2026_11_25_first"
down_revision = None
branch_labels = None
depends_on = None

WALLS = Walls("voice")


def upgrade() -> None:
    messaging()
    people()
    erasures()
    agents()
    WALLS.readable_version()


def messaging() -> None:
    """What travels: events, jobs, and requests that came before."""
    op.create_table(
        "outbox",
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("aggregate_version", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("causation_id", sa.Uuid(), nullable=True),
        sa.Column("traceparent", sa.String(), nullable=True),
        sa.Column(
            "horizon",
            sa.BigInteger(),
            server_default=sa.text(
                "greatest(pg_current_xact_id()::text::bigint,"
                " pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)"
            ),
            nullable=False,
        ),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("octet_length(body::text) <= 900000", name="body_fits"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_horizon_position", "outbox", ["horizon", "position"])
    op.create_table(
        "relay_cursor",
        sa.Column("cluster", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("horizon", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", name="pk_relay_cursor"),
    )
    op.create_table(
        "inbox",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("consumer", sa.String(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("dropped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "consumer", "event_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("traceparent", sa.String(), nullable=True),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_due_at", "jobs", ["due_at"])
    op.create_index(
        "uq_jobs_key",
        "jobs",
        ["workspace_id", "name", "key"],
        unique=True,
        postgresql_where=sa.text("key IS NOT NULL"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "principal", "key_hash", name="pk_idempotency_keys"
        ),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.create_table(
        "rate_limits",
        sa.Column("bucket", sa.LargeBinary(), nullable=False),
        sa.Column("used_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_rate_limits"),
    )
    op.create_index("ix_rate_limits_used_until", "rate_limits", ["used_until"])

    WALLS.walled("outbox", "inbox", "jobs", "idempotency_keys")
    WALLS.open_to_system("outbox", "inbox", "jobs", "idempotency_keys")
    WALLS.open_to_system("relay_cursor", "rate_limits", is_walled=False)


def people() -> None:
    """Whom the service holds data about, their keys, and who was erased."""
    op.create_table(
        "workspace_keys",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("kek_id", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "kek_id", name="pk_workspace_keys"),
    )
    op.create_table(
        "subjects",
        sa.Column("kek_id", sa.Integer(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_subjects"),
    )
    op.create_table(
        "subject_identities",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("index_version", sa.Integer(), nullable=False),
        sa.Column("blind_index", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("claimed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "subject_id"],
            ["subjects.workspace_id", "subjects.id"],
            name="fk_subject_identities_subjects",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id",
            "kind",
            "index_version",
            "blind_index",
            "subject_id",
            name="pk_subject_identities",
        ),
    )
    op.create_index(
        "ix_subject_identities_workspace_id_subject_id",
        "subject_identities",
        ["workspace_id", "subject_id"],
    )
    op.create_index(
        "uq_subject_identities_unclaimed",
        "subject_identities",
        ["workspace_id", "kind", "index_version", "blind_index"],
        unique=True,
        postgresql_where="NOT claimed",
    )
    op.create_table(
        "erasure_fences",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("index_version", sa.Integer(), nullable=False),
        sa.Column("suppression_hash", sa.LargeBinary(), nullable=False),
        sa.Column("fenced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id", "kind", "index_version", "suppression_hash", name="pk_erasure_fences"
        ),
    )
    op.execute("""
        CREATE FUNCTION fenced_at(locks bigint[], hashes bytea[]) RETURNS timestamptz
        LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(one) FROM unnest(locks) AS one;
            RETURN (SELECT max(fence.fenced_at) FROM erasure_fences AS fence
                    WHERE fence.suppression_hash = ANY (hashes));
        END $$
    """)
    WALLS.walled("workspace_keys", "subjects", "subject_identities", "erasure_fences")


def erasures() -> None:
    """What was erased, how long that is known."""
    op.create_table(
        "erasures",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted", postgresql.JSONB(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "request_id", "round", name="pk_erasures"),
    )
    op.create_index("ix_erasures_done_at", "erasures", ["done_at"])
    op.create_index("ix_erasure_fences_fenced_at", "erasure_fences", ["fenced_at"])
    WALLS.walled("erasures")
    WALLS.open_to_system("erasures", "erasure_fences")


def agents() -> None:
    """Who answers."""
    op.create_table(
        "agent_versions",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prompt", sa.String(), nullable=False),
        sa.Column("languages", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("greeting", sa.String(), nullable=True),
        sa.Column("voice", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "agent_id", "version", name="pk_agent_versions"),
    )
    WALLS.walled("agent_versions")
