"""A small aggregate: what the promises of persistence are tried on."""

from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from contactflow.events import Event, Topic
from contactflow.kernel import new_id
from contactflow.persistence import Aggregate, Base, Work, WorkspaceRow, references


class ThingMade(Event, type="thing.made", topic=Topic("things.things")):
    """There is one thing more."""

    thing_id: UUID
    others: tuple[UUID, ...] = ()


class Thing(Aggregate, Base):
    """Something with a name and a version."""

    __tablename__ = "things"

    name: Mapped[str]

    @classmethod
    def make(cls, workspace_id: UUID, at: datetime, name: str = "thing") -> Self:
        thing = cls(workspace_id=workspace_id, id=new_id(), name=name, created_at=at)
        thing.tell(at)
        return thing

    def tell(self, at: datetime, *others: UUID) -> None:
        self.record(ThingMade(thing_id=self.id, others=others), at=at)


class Piece(WorkspaceRow, Base):
    """A part of a thing."""

    __tablename__ = "pieces"

    thing_id: Mapped[UUID]


class Mark(WorkspaceRow, Base):
    """Made once, and for ever."""

    __tablename__ = "marks"
    __table_args__ = {  # noqa: RUF012  SQLAlchemy's own word for it
        "info": {"append_only": "what was marked stays marked"}
    }


references(Piece, "things", "thing_id")


async def names(work: Work) -> list[str]:
    return [row.name for row in await work.rows(select(Thing.name).order_by(Thing.id))]
