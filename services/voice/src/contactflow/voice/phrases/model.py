"""A phrase as it is played: words of ours, in the voice of one version of an agent."""

from uuid import UUID

from sqlalchemy import PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from contactflow.persistence import NOTHING_PERSONAL, Base


class RenderedPhrase(Base):
    """G.711 mu-law, 8 kHz: what a telephone hears. `wording_id` tells name, locale and edition."""

    __tablename__ = "phrases"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "agent_id", "version", "wording_id"),
        {"info": NOTHING_PERSONAL},
    )

    workspace_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    version: Mapped[int]
    wording_id: Mapped[str]
    audio: Mapped[bytes]
