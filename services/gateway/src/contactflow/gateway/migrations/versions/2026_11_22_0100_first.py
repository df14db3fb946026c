"""The first tables: people and workspaces, keys and agents, and what every service has."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from contactflow.kernel import PLATFORM_WORKSPACE_ID, new_id
from contactflow.persistence.migrations import Walls

revision = "2026_11_22_first"
down_revision = None
branch_labels = None
depends_on = None

WALLS = Walls("gateway")


def upgrade() -> None:
    workspaces()
    messaging()
    people()
    accounts()
    api_keys()
    agents()
    limits()
    WALLS.readable_version()


def workspaces() -> None:
    """Workspaces, the first of which is the installation's own."""
    table = op.create_table(
        "workspaces",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("legal_role", sa.String(), nullable=False),
        *aggregate("workspaces"),
    )
    op.execute(
        sa.insert(table).values(
            workspace_id=PLATFORM_WORKSPACE_ID,
            id=PLATFORM_WORKSPACE_ID,
            name="ContactFlow",
            locale="en",
            legal_role="controller",
            version=1,
            created_at=sa.func.now(),
            updated_at=sa.func.now(),
        )
    )
    WALLS.walled("workspaces")
    WALLS.open_to_system("workspaces")


def aggregate(table: str) -> list[sa.schema.SchemaItem]:
    """What every aggregate has."""
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        *row(table),
    ]


def row(table: str) -> list[sa.schema.SchemaItem]:
    """What every row of a workspace has."""
    return [
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=f"pk_{table}"),
    ]


def parent(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    """Deleted with what it belongs to."""
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{of}.workspace_id", f"{of}.id"],
        name=f"fk_{table}_{of}",
        ondelete="CASCADE",
    )


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
    tell_of_the_platform()  # before the policies, which bind the owner too
    WALLS.walled("outbox", "inbox", "jobs", "idempotency_keys")
    WALLS.open_to_system("outbox", "inbox", "jobs", "idempotency_keys")
    WALLS.open_to_system("relay_cursor", is_walled=False)


def tell_of_the_platform() -> None:
    """Every service makes its key for the platform workspace as for any other."""
    body = {"workspace_id": str(PLATFORM_WORKSPACE_ID), "legal_role": "controller", "locale": "en"}
    op.execute(
        sa.text(
            "INSERT INTO outbox (workspace_id, id, topic, key, type, aggregate_version,"
            " occurred_at, body) VALUES (:platform, :id, 'gateway.workspaces', :platform,"
            " 'workspace.created', 1, now(), CAST(:body AS jsonb))"
        ).bindparams(platform=PLATFORM_WORKSPACE_ID, id=new_id(), body=json.dumps(body))
    )


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
    WALLS.walled("workspace_keys", "subjects", "subject_identities", "erasure_fences")


def accounts() -> None:
    """Who can log in, where they work, and in which browsers they are logged in."""
    op.create_table(
        "accounts",
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        *personal("accounts"),
        sa.UniqueConstraint(
            "workspace_id", "subject_id", name="uq_accounts_workspace_id_subject_id"
        ),
    )
    op.create_table(
        "memberships",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("member_of", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *personal("memberships"),
        parent("memberships", "account_id", "accounts"),
        sa.UniqueConstraint(
            "workspace_id",
            "member_of",
            "account_id",
            name="uq_memberships_workspace_id_member_of_account_id",
        ),
    )
    op.create_table(
        "sessions",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_hash", sa.String(), nullable=False),
        sa.Column("agent_hash", sa.String(), nullable=False),
        *personal("sessions"),
        parent("sessions", "account_id", "accounts"),
    )
    op.create_index("uq_sessions_token_hash", "sessions", ["token_hash"], unique=True)
    op.create_index("ix_sessions_seen_at", "sessions", ["seen_at"])
    for table in ("accounts", "memberships", "sessions"):
        index(table, "subject_id")
    for table in ("memberships", "sessions"):
        op.create_index(
            f"ix_{table}_workspace_id_account_id", table, ["workspace_id", "account_id"]
        )
    WALLS.walled("accounts", "memberships", "sessions")
    WALLS.open_to_system("memberships", "sessions")


def personal(table: str) -> list[sa.schema.SchemaItem]:
    """What every table about a person has."""
    subject = sa.Column("subject_id", sa.Uuid(), nullable=False)
    return [subject, *row(table), parent(table, "subject_id", "subjects")]


def index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, ["workspace_id", column])


def api_keys() -> None:
    """What partners' programs log in with."""
    op.create_table(
        "api_keys",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        *row("api_keys"),
    )
    op.create_index("uq_api_keys_secret_hash", "api_keys", ["secret_hash"], unique=True)
    WALLS.walled("api_keys")
    WALLS.open_to_system("api_keys")


def agents() -> None:
    """Agents and their published versions."""
    op.create_table(
        "agents",
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("published_version", sa.Integer(), nullable=True),
        *aggregate("agents"),
    )
    op.create_table(
        "agent_versions",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        *row("agent_versions"),
        parent("agent_versions", "agent_id", "agents"),
        sa.UniqueConstraint(
            "workspace_id",
            "agent_id",
            "number",
            name="uq_agent_versions_workspace_id_agent_id_number",
        ),
    )
    index("agent_versions", "agent_id")
    WALLS.walled("agents", "agent_versions")


def limits() -> None:
    """Counters and salts: about requests that come from nobody yet."""
    op.create_table(
        "rate_limits",
        sa.Column("bucket", sa.LargeBinary(), nullable=False),
        sa.Column("used_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_rate_limits"),
    )
    op.create_index("ix_rate_limits_used_until", "rate_limits", ["used_until"])
    op.create_table(
        "client_salts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_client_salts"),
    )
    WALLS.open_to_system("rate_limits", "client_salts", is_walled=False)
