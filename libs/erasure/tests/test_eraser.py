"""What an erasure takes, what it leaves, what it says: on real PostgreSQL."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, func, select, text

from contactflow.erasure.deleting import count
from contactflow.erasure.queries import deleted
from contactflow.erasure.tables import personal
from contactflow.kernel import new_id
from contactflow.persistence import Base, Work, Works
from contactflow.persistence.outbox import OutboxRow
from contactflow.testing.clock import NOON
from contactflow.testing.rounds import a_round, erased
from contactflow.vault import PersonErasedError
from libs.erasure.tests.things import ADA, BOB, EVE, LIFE, MOB, Talk, a_life, joins, says, someone

SECOND = timedelta(seconds=1)
NAMES = ("subjects", "subject_identities", *LIFE)


async def left(work: Work) -> dict[str, int]:
    """Rows by table, of whomever."""
    tables = {name: Base.metadata.tables[name] for name in NAMES}
    counts = {name: await _count(work, table) for name, table in tables.items()}
    return {name: rows for name, rows in counts.items() if rows}


async def _count(work: Work, table: Table) -> int:
    here = table.c.workspace_id == work.workspace_id
    return int((await work.rows(select(func.count()).select_from(table).where(here))).scalar_one())


async def test_every_row_of_a_person_goes_and_is_counted(work: Work) -> None:
    await a_life(work, await someone(work, ADA, MOB, claims=(EVE,)))

    what = await erased(work, ADA)

    assert await left(work) == {}
    assert await deleted(work, what.request_id) == LIFE | {"subjects": 1, "subject_identities": 3}


async def test_what_is_counted_before_is_what_goes(work: Work) -> None:
    ada, eve = await someone(work, ADA), await someone(work, EVE)
    await a_life(work, ada)
    await joins(work, eve, await a_life(work, ada))
    before = await count(work, [ada.id])

    what = await erased(work, ADA)

    assert await deleted(work, what.request_id) == before
    assert before["talks"] == 1


async def test_somebody_else_keeps_everything(work: Work) -> None:
    await a_life(work, await someone(work, ADA))
    await a_life(work, await someone(work, EVE, claims=(ADA,)))

    await erased(work, ADA)

    assert await left(work) == LIFE | {"subjects": 1, "subject_identities": 2}


async def test_somebody_else_keeps_their_words_in_a_talk_of_both(work: Work) -> None:
    ada, eve = await someone(work, ADA), await someone(work, EVE)
    talk_id = await joins(work, ada)
    await joins(work, eve, talk_id)
    await says(work, ada, talk_id, 2)
    [hers] = await says(work, eve, talk_id)

    first = await erased(work, ADA)
    assert "talks" not in await deleted(work, first.request_id)
    assert (await work.rows(text("SELECT id FROM words"))).scalars().all() == [hers]

    second = await erased(work, EVE)
    assert (await deleted(work, second.request_id))["talks"] == 1
    assert await left(work) == {}


async def test_a_talk_that_nobody_takes_part_in_is_not_touched(work: Work) -> None:
    work.session.add(Talk(workspace_id=work.workspace_id, id=new_id()))
    await a_life(work, await someone(work, ADA))

    await erased(work, ADA)

    assert await left(work) == {"talks": 1}


async def test_a_person_is_erased_by_our_id_alone(work: Work) -> None:
    visitor = await someone(work, claims=(ADA,))
    await a_life(work, visitor)

    await erased(work, subjects=frozenset({visitor.id, new_id()}))

    assert await left(work) == {}


async def test_an_id_of_another_workspace_erases_nobody(
    works: Works, workspace_id: UUID, other_workspace_id: UUID
) -> None:
    async def live(work: Work) -> UUID:
        ada = await someone(work, ADA)
        await a_life(work, ada)
        return ada.id

    theirs = await works.run(other_workspace_id, live)

    async with works.begin(workspace_id) as work:
        what = await erased(work, ADA, subjects=frozenset({theirs}))
        assert await deleted(work, what.request_id) == {}
    everything = LIFE | {"subjects": 1, "subject_identities": 1}
    assert await works.run(other_workspace_id, left) == everything


async def test_an_erased_person_comes_back_by_their_own_act_only(work: Work) -> None:
    await erased(work, ADA, fenced_at=NOON)

    with pytest.raises(PersonErasedError):
        await someone(work, ADA)
    with pytest.raises(PersonErasedError):
        await someone(work, claims=(ADA,))


async def test_of_two_fences_the_later_one_counts(work: Work) -> None:
    await erased(work, ADA, fenced_at=NOON + SECOND)
    await erased(work, ADA, fenced_at=NOON)

    fenced_at = text("SELECT fenced_at FROM erasure_fences")
    assert (await work.rows(fenced_at)).scalars().all() == [NOON + SECOND]


async def test_the_answer_lies_in_the_outbox(work: Work) -> None:
    await a_life(work, await someone(work, ADA))

    what = await erased(work, ADA)

    [answer] = (await work.session.scalars(select(OutboxRow))).all()
    assert (answer.topic, answer.key) == ("privacy.erasures", what.request_id)
    assert (answer.type, answer.aggregate_version) == ("erasure.participant_completed", 1)
    said: dict[str, Any] = {"request_id": str(what.request_id), "round": 1, "participant": "crm"}
    assert answer.body == said | {"rows": 7}


async def test_a_round_is_done_once_and_answered_as_often_as_it_is_asked_for(work: Work) -> None:
    await a_life(work, await someone(work, ADA))
    what = await erased(work, ADA)
    await a_life(work, await someone(work, BOB))

    await erased(work, BOB, request_id=what.request_id)

    assert (await left(work))["subjects"] == 1
    first, again = (await work.session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
    assert first.body == again.body
    assert again.body["rows"] > 0


async def test_a_later_round_takes_what_was_left_and_both_are_counted(work: Work) -> None:
    await a_life(work, await someone(work, ADA))
    what = await erased(work, ADA)
    late = await someone(work)
    await a_life(work, late)

    again = a_round(work, ADA, request_id=what.request_id, number=2, subjects=frozenset({late.id}))
    await erased(work, ADA, request_id=again.request_id, number=2, subjects=again.subjects)

    assert (await deleted(work, what.request_id))["words"] == 2


async def test_who_is_unknown_here_is_answered_and_fenced(work: Work) -> None:
    what = await erased(work, ADA)

    [answer] = (await work.session.scalars(select(OutboxRow))).all()
    assert answer.body["rows"] == 0
    assert await deleted(work, what.request_id) == {}
    with pytest.raises(PersonErasedError):
        await someone(work, ADA)


async def test_a_workspace_that_is_unknown_here_is_answered_and_fenced(works: Works) -> None:
    workspace_id = new_id()

    async with works.begin(workspace_id) as work:
        await erased(work, ADA)

    fences = text("SELECT count(*) FROM erasure_fences")
    assert (await works.run(workspace_id, lambda work: work.rows(fences))).scalar_one() == 1


async def test_ten_thousand_rows_are_found_by_their_index(work: Work) -> None:
    ada = await someone(work, ADA)
    talk_id = await joins(work, ada)
    await says(work, ada, talk_id, 10_000)

    what = await erased(work, ADA)

    assert (await deleted(work, what.request_id))["words"] == 10_000


async def test_a_long_erasure_is_given_the_time_it_needs(work: Work) -> None:
    for setting in ("0", "'200ms'"):
        await work.rows(text(f"SET LOCAL transaction_timeout = {setting}"))

    await erased(work, ADA)
    await work.rows(text("SELECT pg_sleep(0.3)"))

    assert (await work.rows(text("SHOW transaction_timeout"))).scalar_one() == "1min"


def test_leaves_come_before_what_they_hang_on() -> None:
    names = [table.name for table in personal()]

    assert names.index("letters") < names.index("words") < names.index("subjects")
    assert {"loose", "talkers", "subject_identities"} <= {*names}
    assert "talks" not in names
