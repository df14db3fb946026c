"""How one record comes to its end, without Kafka."""

from collections import Counter
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from aiokafka.errors import KafkaError
from sqlalchemy import func, select

from contactflow.events import Fact
from contactflow.kernel import UnavailableError, new_id
from contactflow.messaging import on
from contactflow.messaging.deadletters import Graveyard
from contactflow.messaging.envelope import said
from contactflow.messaging.settling import Patience, Settler
from contactflow.persistence import Work, Works
from contactflow.persistence.outbox import OutboxRow
from contactflow.testing.database import Engines
from contactflow.testing.statements import overheard
from libs.messaging.tests import ledger
from libs.messaging.tests.effects import Effect, envelope, note, noted
from libs.messaging.tests.ledger import Ticked

PLAIN = on(Ticked, "note", apply=note)
COUNT = select(func.count(Effect.position))


class Counted(Works):
    """Counts its transactions."""

    begun = 0

    async def run(self, workspace_id: UUID, body: Any) -> Any:
        self.begun += 1
        return await super().run(workspace_id, body)


class Flaky:
    """A producer that is refused a few times."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals, self.sent = refusals, list[Any]()

    async def send_and_wait(self, topic: str, **record: Any) -> None:
        if self.refusals:
            self.refusals -= 1
            raise KafkaError
        self.sent.append((topic, record))


def a_record(workspace_id: UUID, value: bytes = b'{"total": 1}', **changed: bytes) -> Any:
    told = dict(envelope(workspace_id, new_id(), 1)) | changed
    return SimpleNamespace(
        topic="t", partition=0, offset=7, key=b"k", value=value, headers=tuple(told.items())
    )


async def test_while_kafka_refuses_a_dead_letter_its_record_is_not_done(
    works: Works, workspace_id: UUID
) -> None:
    flaky = Flaky(refusals=2)
    settler = Settler(works, [PLAIN], Graveyard(flaky, "ticking"))

    await settler.settle([a_record(workspace_id, b"{")])

    [(topic, record)] = flaky.sent
    assert (topic, record["key"]) == ("t.dlq", b"ticking/0/7")


async def test_an_event_with_two_reactions_that_fails_in_one_has_the_other_once(
    works: Works, workspace_id: UUID
) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError

    flaky = Flaky()
    reactions = [PLAIN, on(Ticked, "break", apply=broken)]
    patience = Patience(tries=3, shortest=0.001)
    settler = Settler(works, reactions, Graveyard(flaky, "ticking"), patience=patience)

    await settler.settle([a_record(workspace_id)])

    assert len(await noted(works, workspace_id)) == 1
    assert len(flaky.sent) == 1


async def test_what_waited_for_a_dependency_is_applied_in_few_transactions(
    works: Works, workspace_id: UUID
) -> None:
    records = [a_record(workspace_id) for _ in range(64)]
    asked: Counter[UUID] = Counter()
    applied: list[str] = []
    first = UUID(said(records[0], "ce_id"))

    async def fetch(fact: Fact[Ticked]) -> int:
        asked[fact.id] += 1
        if asked[first] <= 7:  # with 64, 32, ... 2, and alone
            raise UnavailableError
        return 1

    async def apply(work: Work, fact: Fact[Ticked], _: int) -> None:
        applied.append(str(fact.id))
        await note(work, fact)

    reaction, counted = on(Ticked, "note", fetch=fetch, apply=apply), Counted(works.engine)
    patience = Patience(shortest=0.001)

    await Settler(counted, [reaction], Graveyard(Flaky(), "t"), patience=patience).settle(records)

    assert len(await noted(works, workspace_id)) == 64
    assert applied == [said(one, "ce_id") for one in records]
    assert counted.begun == 7  # of 1, 1, 2, ... 32


async def test_what_a_batch_tells_names_its_causes_and_is_stored_at_once(
    works: Works, stores: Engines, workspace_id: UUID
) -> None:
    traces = [f"{number:032x}" for number in (1, 2, 3)]
    records = [
        a_record(workspace_id, traceparent=f"00-{trace}-{1:016x}-01".encode()) for trace in traces
    ]

    async def tell(work: Work, _: Fact[Ticked]) -> None:
        await ledger.create(work)

    with overheard(stores.app) as heard:
        settler = Settler(works, [on(Ticked, "tell", apply=tell)], Graveyard(Flaky(), "t"))
        await settler.settle(records)

    told = select(OutboxRow.causation_id, OutboxRow.traceparent).order_by(OutboxRow.position)
    rows = (await works.run(workspace_id, lambda work: work.rows(told))).all()
    assert [str(row.causation_id) for row in rows] == [said(one, "ce_id") for one in records]
    assert [row.traceparent.split("-")[1] for row in rows] == traces
    assert sum(one.startswith("INSERT INTO outbox") for one in heard) == 1


async def test_an_effect_meets_what_the_one_before_it_wrote(
    works: Works, workspace_id: UUID
) -> None:
    """Whether it reads by the ORM or past it."""
    seen: list[tuple[Any, Any]] = []

    async def look(work: Work, fact: Fact[Ticked]) -> None:
        await note(work, fact)
        past_it = (await work.rows(COUNT)).scalar_one()
        await note(work, fact)
        seen.append((past_it, await work.session.scalar(COUNT)))

    records = [a_record(workspace_id) for _ in range(2)]
    await Settler(works, [on(Ticked, "look", apply=look)], Graveyard(Flaky(), "t")).settle(records)

    assert seen == [(1, 2), (3, 4)]


async def test_two_reactions_of_one_name_are_refused(works: Works) -> None:
    with pytest.raises(ValueError, match="note"):
        Settler(works, [PLAIN, on(Ticked, "note", apply=note)], Graveyard(Flaky(), "ticking"))


def test_pauses_grow_to_a_limit_and_never_line_up() -> None:
    pauses = Patience(shortest=0.1, longest=2.0).pauses()

    first = [next(pauses) for _ in range(20)]

    assert 0.05 <= first[0] <= 0.1
    assert all(1.0 <= one <= 2.0 for one in first[10:])
    assert len(set(first)) == 20
