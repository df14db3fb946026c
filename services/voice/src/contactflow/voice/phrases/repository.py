"""Loading and storing phrases."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from contactflow.kernel import Locale
from contactflow.messaging import later
from contactflow.persistence import Work
from contactflow.runtime.agents import AgentVersion, SqlAgents, living
from contactflow.voice import g711
from contactflow.voice.phrases.model import RenderedPhrase
from contactflow.voice.phrases.promises import RENDER, Render
from contactflow.voice.phrases.wordings import GREETING, WORDINGS, wording_id
from contactflow.voice.session.phrases import Name, Phrase, Phrases

TABLE: Any = RenderedPhrase.__table__


class SqlPhrases:
    """The phrases of one workspace's agents."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def of(self, agent: AgentVersion, locale: Locale) -> Phrases | None:
        """All of them in that language, or None while one is missing."""
        audio = await self._audio(agent)
        wanted = _wanted(agent, locale)
        if not audio.keys() >= {said for said, _ in wanted.values()}:
            return None
        made = {
            name: Phrase(said, words, g711.decode(audio[said]))
            for name, (said, words) in wanted.items()
        }
        return Phrases(locale, made)

    async def voiced(self, agent_id: UUID) -> AgentVersion | None:
        """The newest version that can speak its first language; None if its agent was deleted."""
        return (await self.all_voiced([agent_id])).get(agent_id)

    async def all_voiced(self, agent_ids: Collection[UUID]) -> dict[UUID, AgentVersion]:
        """Of those agents, the ones that can speak; see voiced."""
        version = (TABLE.c.agent_id, TABLE.c.version)
        said = func.array_agg(TABLE.c.wording_id).label("said")
        made = select(*version, said).where(TABLE.c.agent_id.in_(agent_ids)).group_by(*version)
        known = made.subquery()
        found = (
            select(AgentVersion, known.c.said)
            .join(known, _same_version(known))
            .where(living())
            .order_by(AgentVersion.version)
        )
        rows = await self._work.session.execute(found)
        return {one.agent_id: one for one, said in rows if _speaks(one, said)}

    async def missing(self, agent: AgentVersion) -> dict[str, str]:
        """By wording id, the words that are not rendered yet."""
        found = await self._work.rows(select(TABLE.c.wording_id).where(_of(agent)))
        known = {*found.scalars()}
        wanted = (_wanted(agent, locale).values() for locale in agent.locales)
        return {said: words for some in wanted for said, words in some if said not in known}

    async def keep(self, agent_id: UUID, version: int, audio: Mapping[str, bytes]) -> None:
        """By wording id; what is there already is as good."""
        whose = {"workspace_id": self._work.workspace_id, "agent_id": agent_id, "version": version}
        rows = [{**whose, "wording_id": said, "audio": heard} for said, heard in audio.items()]
        if rows:
            await self._work.rows(insert(TABLE).on_conflict_do_nothing(), rows)

    async def make(self, agent_id: UUID) -> None:
        """Of the newest version, sooner or later, what is missing."""
        if agent := await SqlAgents(self._work).newest(agent_id):
            await self.render_later(agent_id, agent.version)

    async def render_later(self, agent_id: UUID, version: int) -> None:
        due = Render(workspace_id=self._work.workspace_id, agent_id=agent_id, version=version)
        await later(self._work, RENDER, due, key=f"{agent_id}/{version}")

    async def _audio(self, agent: AgentVersion) -> dict[str, bytes]:
        what = select(TABLE.c.wording_id, TABLE.c.audio).where(_of(agent))
        return {row.wording_id: row.audio for row in await self._work.rows(what)}


def _wanted(agent: AgentVersion, locale: Locale) -> dict[Name, tuple[str, str]]:
    """By name, the wording id and the words; a greeting is the same in all languages."""
    ours: dict[Name, tuple[str, str]] = {
        name: (wording_id(name, locale), words) for name, words in WORDINGS[locale].items()
    }
    return ours | ({"greeting": (GREETING, agent.greeting)} if agent.greeting else {})


def _speaks(agent: AgentVersion, said: Iterable[str]) -> bool:
    return {*said} >= {one for one, _ in _wanted(agent, agent.locales[0]).values()}


def _same_version(known: Any) -> Any:
    same = AgentVersion.agent_id == known.c.agent_id
    return same & (AgentVersion.version == known.c.version)


def _of(agent: AgentVersion) -> Any:
    return (TABLE.c.agent_id == agent.agent_id) & (TABLE.c.version == agent.version)
