"""A reaction whose every effect can be counted, and records for it to meet."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, select
from sqlalchemy.orm import Mapped, mapped_column

from contactflow.events import Fact
from contactflow.kernel import new_id
from contactflow.messaging import Kafka
from contactflow.messaging.envelope import Headers, headers
from contactflow.persistence import Base, Work, Works, WorkspaceRow
from contactflow.testing.clock import NOON
from libs.messaging.tests.ledger import Ticked


class Effect(WorkspaceRow, Base):
    __tablename__ = "effects"
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012  SQLAlchemy's own word for it

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    key: Mapped[UUID]
    version: Mapped[int]


async def note(work: Work, fact: Fact[Ticked]) -> None:
    work.session.add(
        Effect(
            workspace_id=work.workspace_id,
            id=new_id(),
            key=fact.aggregate_id,
            version=fact.aggregate_version,
        )
    )


async def noted(works: Works, workspace_id: UUID) -> list[tuple[UUID, int]]:
    """Every effect in a workspace, in the order they happened."""
    found = select(Effect.key, Effect.version).order_by(Effect.position)
    return [tuple(row) for row in await works.run(workspace_id, lambda work: work.rows(found))]


def envelope(workspace_id: UUID, key: UUID, version: int) -> Headers:
    said: dict[str, Any] = {"id": new_id(), "type": "tick.ticked", "key": key}
    said |= {"occurred_at": NOON, "workspace_id": workspace_id, "traceparent": None}
    row = SimpleNamespace(**said, aggregate_version=version, causation_id=None)
    return headers(row, "ticking")


async def publish(
    kafka: Kafka, topic: str, workspace_id: UUID, count: int, *, keys: int = 8
) -> set[tuple[UUID, int]]:
    """Facts about so many keys, each key's versions in order; what was published."""
    names = [new_id() for _ in range(keys)]
    published = [(names[i % keys], i // keys + 1) for i in range(count)]
    producer = await kafka.producer()
    for key, version in published:
        said = envelope(workspace_id, key, version)
        await producer.send(topic, key=str(key).encode(), value=b'{"total": 1}', headers=said)
    await producer.flush()
    return set(published)
