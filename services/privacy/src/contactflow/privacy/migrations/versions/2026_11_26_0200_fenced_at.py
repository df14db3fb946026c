"""People nobody has met are locked and looked for behind the fences in one round trip."""

from alembic import op

revision = "2026_11_26_fenced_at"
down_revision = "2026_11_26_answer"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION fenced_at(locks bigint[], hashes bytea[]) RETURNS timestamptz
        LANGUAGE plpgsql VOLATILE AS $$
        BEGIN
            PERFORM pg_advisory_xact_lock(one) FROM unnest(locks) AS one;
            RETURN (SELECT max(fence.fenced_at) FROM erasure_fences AS fence
                    WHERE fence.suppression_hash = ANY (hashes));
        END $$
    """)
