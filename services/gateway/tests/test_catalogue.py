"""Every table of gateway keeps the house's rules, or says here why not."""

from contactflow.persistence import Base
from contactflow.persistence.roles import roles
from contactflow.testing.catalogue import check
from contactflow.testing.database import Engines

EXCEPTIONS = {
    "alembic_version: only in the database": "alembic's own",
    "api_keys: key (secret_hash) is not composite": "looked up before its workspace is known",
    "client_salts: has no workspace": "hashes addresses before anybody is known",
    "erasure_fences: about a person without subject_id": "it stays when the person has gone",
    "rate_limits: has no workspace": "counts requests before anybody is known",
    "relay_cursor: has no workspace": "one for the whole database",
    "sessions: key (token_hash) is not composite": "looked up before it is known whose it is",
}


async def test_every_table_keeps_the_rules(engines: Engines) -> None:
    await check(engines.owner, Base.metadata, roles("gateway"), EXCEPTIONS)
