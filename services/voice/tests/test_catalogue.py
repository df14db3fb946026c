"""Every table of voice keeps the house's rules, or says here why not."""

from contactflow.persistence import Base
from contactflow.persistence.roles import roles
from contactflow.testing.catalogue import check
from contactflow.testing.database import Engines

EXCEPTIONS = {
    "alembic_version: only in the database": "alembic's own",
    "erasure_fences: about a person without subject_id": "it stays when the person has gone",
    "places: has no policy": "lent to one workspace after the other",
    "places: key (id) is not composite": "as above",
    "places: key (media_id, slot) is not composite": "as above",
    "places: key (token_hash) is not composite": "it is what names the workspace",
    "rate_limits: has no workspace": "counted before anybody has one",
    "relay_cursor: has no workspace": "one for the whole database",
}


async def test_every_table_keeps_the_rules(engines: Engines) -> None:
    await check(engines.owner, Base.metadata, roles("voice"), EXCEPTIONS)
