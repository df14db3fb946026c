from datetime import datetime, timedelta

import pytest

from contactflow.events.agents import AgentDeleted, AgentPublished
from contactflow.gateway.agents.model import Agent
from contactflow.kernel import StaleError, new_id


@pytest.fixture
def agent(at: datetime) -> Agent:
    return Agent.draft(new_id(), at=at, name="Front desk", prompt="Hello.", languages=("en",))


def test_a_draft_tells_nobody(agent: Agent) -> None:
    assert (agent.status, agent.published_version, agent.version) == ("draft", None, 1)
    assert not agent.recorded()


def test_a_version_is_told_once(agent: Agent, at: datetime) -> None:
    version = agent.publish(at=at)

    assert version
    assert (version.number, version.definition["prompt"]) == (1, "Hello.")
    [(event, *_)] = agent.recorded()
    assert event == AgentPublished(agent_id=agent.id, agent_version=1)
    assert agent.publish(at=at) is None
    assert not agent.recorded()


def test_a_change_makes_it_a_draft_again_and_leaves_the_version(agent: Agent, at: datetime) -> None:
    version = agent.publish(at=at)

    agent.update(at=at + timedelta(hours=1), prompt="New.", languages=("en", "fr"))

    assert version
    assert version.definition == {"name": "Front desk", "prompt": "Hello.", "languages": ["en"]}
    assert (agent.status, agent.published_version) == ("draft", 1)
    assert agent.updated_at == at + timedelta(hours=1)


def test_a_deletion_is_told_after_all_else(agent: Agent, at: datetime) -> None:
    agent.publish(at=at)
    [(_, published, _)] = agent.recorded()

    agent.delete(at=at)

    [(event, deleted, _)] = agent.recorded()
    assert event == AgentDeleted(agent_id=agent.id)
    assert deleted > published


def test_saying_what_is_already_so_changes_nothing(agent: Agent, at: datetime) -> None:
    agent.update(at=at + timedelta(hours=1), name="Front desk", languages=("en",))

    assert (agent.version, agent.updated_at) == (1, at)


def test_a_stale_reader_is_refused(agent: Agent) -> None:
    with pytest.raises(StaleError):
        agent.expect(7)
