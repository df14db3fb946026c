"""Phrases: made once by a real endpoint, on real PostgreSQL; without them nobody answers."""

from collections.abc import Iterator
from functools import partial
from math import inf
from uuid import UUID

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from contactflow.events import Fact
from contactflow.events.agents import AgentPublished
from contactflow.kernel import UnavailableError, decode, new_id
from contactflow.messaging import Nothing
from contactflow.persistence import Work, Works
from contactflow.runtime.agents import SqlAgents
from contactflow.testing.agents import bo
from contactflow.testing.ai import ScriptedAI, scripted_ai
from contactflow.testing.clock import NOON
from contactflow.testing.serving import serving
from contactflow.voice.numbers import handlers
from contactflow.voice.numbers.renewing import renew
from contactflow.voice.phrases.errors import SpeechRefusedError, SpeechTooShortError
from contactflow.voice.phrases.promises import RENDER, Render
from contactflow.voice.phrases.rendering import SPEAKS, Rendering, shortest_s
from contactflow.voice.phrases.repository import SqlPhrases
from contactflow.voice.phrases.speech import OpenAISpeech
from contactflow.voice.phrases.wordings import WORDINGS
from services.voice.tests.switchboard import QUIET, Switchboard

FORGET_THANKS = text("DELETE FROM phrases WHERE wording_id = 'thanks/en/1'")
FORGET_JOBS = text("DELETE FROM jobs WHERE name = 'voice.phrases.render'")
PROMISED = text("SELECT arguments FROM jobs WHERE name = :name ORDER BY id")


@pytest.fixture(scope="module")
def ai() -> Iterator[ScriptedAI]:
    with scripted_ai() as ai:
        yield ai


@pytest.fixture
async def agent_id(works: Works, workspace_id: UUID) -> UUID:
    agent_id = new_id()
    await works.run(workspace_id, lambda work: SqlAgents(work).keep(bo(agent_id, voice="joe")))
    return agent_id


async def render(works: Works, ai: ScriptedAI, due: Render) -> None:
    speech = OpenAISpeech(ai.base_url, ai.api_key, "tts-1", usual="alloy")
    apply = await Rendering(works, speech).job.prepare(due)
    await works.run(due.workspace_id, lambda work: apply(work, due))
    await speech.aclose()


async def test_every_phrase_is_made_once_in_every_language(
    works: Works, ai: ScriptedAI, workspace_id: UUID, agent_id: UUID
) -> None:
    ai.reset()
    due = Render(workspace_id=workspace_id, agent_id=agent_id, version=1)

    for _ in range(2):
        await render(works, ai, due)

    said = [words for names in WORDINGS.values() for words in names.values()]
    assert sorted(ai.speech.spoken) == sorted(said)
    for locale, words in WORDINGS.items():
        async with works.begin(workspace_id) as work:
            agent = await SqlAgents(work).of(agent_id, 1)
            assert agent
            phrases = await SqlPhrases(work).of(agent, locale)
        assert phrases
        assert phrases["disclosure"].text == words["disclosure"]
        assert phrases["disclosure"].wording_id == f"disclosure/{locale}/1"
        assert len(phrases["disclosure"].pcm) == pytest.approx(
            2 * 8000 * 0.03 * len(words["disclosure"]), rel=0.01
        )


async def test_a_greeting_is_spoken_in_words_of_the_agent_and_waited_for(
    works: Works, ai: ScriptedAI, workspace_id: UUID
) -> None:
    ai.reset()
    agent_id, words = new_id(), "Welcome to the bakery."
    greets = bo(agent_id).model_copy(update={"greeting": words})
    await works.run(workspace_id, lambda work: SqlAgents(work).keep(greets))
    await works.run(workspace_id, lambda work: SqlPhrases(work).keep(agent_id, 1, QUIET))
    before = await works.run(workspace_id, lambda work: SqlPhrases(work).voiced(agent_id))

    await render(works, ai, Render(workspace_id=workspace_id, agent_id=agent_id, version=1))

    async with works.begin(workspace_id) as work:
        agent = await SqlPhrases(work).voiced(agent_id)
        assert agent
        phrases = await SqlPhrases(work).of(agent, "en")
    assert before is None
    assert ai.speech.spoken == [words]
    assert phrases
    assert phrases["greeting"].text == words


async def test_an_endpoint_that_is_away_is_asked_again_later(
    works: Works, workspace_id: UUID, agent_id: UUID
) -> None:
    speech = OpenAISpeech("http://127.0.0.1:1/v1", "none", "tts-1", usual="alloy")
    due = Render(workspace_id=workspace_id, agent_id=agent_id, version=1)

    with pytest.raises(UnavailableError):
        await Rendering(works, speech).job.prepare(due)

    assert not await works.run(workspace_id, lambda work: SqlPhrases(work).voiced(agent_id))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((one, SpeechRefusedError) for one in (400, 401, 403, 404, 422)),
        *((one, UnavailableError) for one in (408, 429, 500, 503)),
    ],
)
async def test_an_endpoint_that_will_not_is_not_taken_for_one_that_is_away(
    status: int, error: type[Exception]
) -> None:
    async def refuse(_: Request) -> Response:
        return Response(status_code=status)

    route = Route("/v1/audio/speech", refuse, methods=["POST"])
    async with serving(Starlette(routes=[route])) as url:
        speech = OpenAISpeech(f"{url}/v1", "none", "tts-1", usual="alloy")
        with pytest.raises(error):
            await speech.say("Hello.", voice="nobody")
        await speech.aclose()


class Tiring:
    """A voice that says so many phrases, and is away from then on."""

    def __init__(self, phrases: float) -> None:
        self._left, self.spoken = phrases, list[str]()

    async def say(self, text: str, *, voice: str | None) -> bytes:
        if self._left < 1:
            raise UnavailableError
        self._left -= 1
        self.spoken.append(text)
        return bytes(SPEAKS * len(text) // 10)


async def test_what_was_made_before_the_endpoint_went_away_is_not_paid_for_again(
    works: Works, workspace_id: UUID, agent_id: UUID
) -> None:
    due = Render(workspace_id=workspace_id, agent_id=agent_id, version=1)
    first, second = Tiring(2), Tiring(inf)

    with pytest.raises(UnavailableError):
        await Rendering(works, first).job.prepare(due)
    await Rendering(works, second).job.prepare(due)

    said = [words for names in WORDINGS.values() for words in names.values()]
    assert len(first.spoken) == 2
    assert sorted(first.spoken + second.spoken) == sorted(said)


class Mumbling:
    """A voice that is cut off."""

    def __init__(self, seconds: float) -> None:
        self._pcm = bytes(2 * round(SPEAKS * seconds))

    async def say(self, text: str, *, voice: str | None) -> bytes:
        return self._pcm


@pytest.mark.parametrize("seconds", [0, 0.5])
async def test_speech_that_is_too_short_for_the_words_is_not_kept(
    works: Works, workspace_id: UUID, agent_id: UUID, seconds: float
) -> None:
    due = Render(workspace_id=workspace_id, agent_id=agent_id, version=1)

    with pytest.raises(SpeechTooShortError):
        await Rendering(works, Mumbling(seconds)).job.prepare(due)

    agent = await works.run(workspace_id, lambda work: SqlAgents(work).of(agent_id, 1))
    assert agent
    missing = await works.run(workspace_id, lambda work: SqlPhrases(work).missing(agent))
    assert len(missing) == sum(len(names) for names in WORDINGS.values())


@pytest.mark.parametrize(("words", "shortest"), [("Hello, Ada!", 0.16), ("... — !", 0), ("", 0)])
def test_signs_that_nobody_says_take_no_time(words: str, shortest: float) -> None:
    assert shortest_s(words) == pytest.approx(shortest)


async def test_a_version_whose_copy_is_on_its_way_is_waited_for(
    works: Works, ai: ScriptedAI, workspace_id: UUID, agent_id: UUID
) -> None:
    with pytest.raises(UnavailableError):
        await render(works, ai, Render(workspace_id=workspace_id, agent_id=agent_id, version=2))


async def test_nothing_is_made_for_an_agent_that_was_deleted(
    works: Works, ai: ScriptedAI, workspace_id: UUID, agent_id: UUID
) -> None:
    ai.reset()
    await works.run(workspace_id, lambda work: SqlAgents(work).retire(agent_id))

    for version in (1, 2):
        due = Render(workspace_id=workspace_id, agent_id=agent_id, version=version)
        await render(works, ai, due)

    assert ai.speech.spoken == []


async def promised(works: Works, workspace_id: UUID) -> list[tuple[str, int]]:
    async def look(work: Work) -> list[tuple[str, int]]:
        rows = (await work.rows(PROMISED, {"name": RENDER.name})).scalars()
        return [(one["agent_id"], one["version"]) for one in rows]

    return await works.run(workspace_id, look)


async def test_a_number_has_the_phrases_of_its_agent_made_and_of_each_new_version(
    works: Works, switchboard: Switchboard
) -> None:
    mine, other = decode("agt", switchboard.agent), new_id()

    for agent_id in (mine, other):
        published = AgentPublished(agent_id=agent_id, agent_version=2)
        fact = Fact(new_id(), switchboard.workspace_id, new_id(), 1, NOON, published)
        async with works.begin(switchboard.workspace_id) as work:
            await handlers.render_phrases(work, fact)

    assert await promised(works, switchboard.workspace_id) == [(str(mine), 1), (str(mine), 2)]


async def test_an_agent_on_the_phone_that_lacks_a_phrase_has_it_made_without_a_call(
    works: Works, switchboard: Switchboard
) -> None:
    for forget in (FORGET_THANKS, FORGET_JOBS):
        await works.run(switchboard.workspace_id, partial(Work.rows, statement=forget))

    for _ in range(2):
        await works.run(switchboard.workspace_id, lambda work: renew(work, Nothing()))

    assert await promised(works, switchboard.workspace_id) == [
        (str(decode("agt", switchboard.agent)), 1)
    ]


async def test_who_can_say_all_has_nothing_made(works: Works, switchboard: Switchboard) -> None:
    await works.run(switchboard.workspace_id, partial(Work.rows, statement=FORGET_JOBS))

    await works.run(switchboard.workspace_id, lambda work: renew(work, Nothing()))

    assert not await promised(works, switchboard.workspace_id)


async def test_until_a_new_version_can_speak_the_one_before_answers(
    works: Works, switchboard: Switchboard
) -> None:
    agent_id = decode("agt", switchboard.agent)
    newer = bo(agent_id, version=2)
    await works.run(switchboard.workspace_id, lambda work: SqlAgents(work).keep(newer))

    voiced = await works.run(
        switchboard.workspace_id, lambda work: SqlPhrases(work).voiced(agent_id)
    )

    assert voiced
    assert voiced.version == 1
