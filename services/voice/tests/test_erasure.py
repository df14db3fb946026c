"""Callers are erased with everything that is kept of their calls: on voice's own tables."""

from uuid import UUID

import pytest
from sqlalchemy import text

from contactflow.erasure.queries import deleted
from contactflow.erasure.residue import residue
from contactflow.persistence import Work
from contactflow.testing.rounds import erased, named
from contactflow.vault import Phone
from services.voice.tests.kept import CALLER, kept
from services.voice.tests.switchboard import Switchboard

TABLES = ("subjects", "calls", "turns", "summaries", "follow_ups", "recordings")


async def rows(switchboard: Switchboard) -> dict[str, int]:
    async def look(work: Work) -> dict[str, int]:
        counts = {one: text(f"SELECT count(*) FROM {one}") for one in TABLES}
        return {one: (await work.rows(count)).scalar_one() for one, count in counts.items()}

    return await switchboard.works.run(switchboard.workspace_id, look)


async def erase(switchboard: Switchboard, subject_id: UUID) -> dict[str, int]:
    async def body(work: Work) -> dict[str, int]:
        what = await erased(work, Phone(CALLER), by="voice", subjects=frozenset({subject_id}))
        who = named(work, Phone(CALLER), voice=(subject_id,))
        assert await residue(work, who, by="voice") == {}
        return await deleted(work, what.request_id)

    return await switchboard.works.run(switchboard.workspace_id, body)


@pytest.mark.parametrize("caller", [CALLER, None])
async def test_an_erased_callers_calls_go_and_those_of_others_stay(
    switchboard: Switchboard, caller: str | None
) -> None:
    call, other = await kept(switchboard, caller), await kept(switchboard, "+33612345678")

    gone = await erase(switchboard, call.subject_id)

    known = {"subject_identities": 1} if caller else {}
    assert gone == dict.fromkeys(TABLES, 1) | known
    assert await rows(switchboard) == dict.fromkeys(TABLES, 1)
    assert other.subject_id != call.subject_id
