"""The worker process, put together: reactions, jobs, and the parts that run them."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from contactflow.ai import OpenAIModel
from contactflow.chat.conversations import handlers as conversations
from contactflow.chat.participant import PARTICIPANT
from contactflow.chat.sessions.door import purge_sessions
from contactflow.chat.sessions.handlers import forgetting
from contactflow.chat.settings import ChatSettings
from contactflow.chat.turns.engine import Means, Turns
from contactflow.erasure.orders import HttpOrders
from contactflow.events.contacts import ContactDeleted, ContactLinked
from contactflow.kernel import Clock
from contactflow.messaging import Backbone, Job, Part, Reaction, chore, on
from contactflow.persistence import Work
from contactflow.runtime import Platform, opens_workspaces
from contactflow.runtime.agents import Gateway, HttpGateway, keeps_agents
from contactflow.vault import Vault
from contactflow.web.idempotency import purge_idempotency_keys
from contactflow.web.limits import purge_rate_limits

TURNS_AT_ONCE = 64
HOURLY = timedelta(hours=1)


def reactions(vault: Vault, gateway: Gateway) -> list[Reaction[Any]]:
    return [
        opens_workspaces(vault),
        *keeps_agents(gateway),
        on(ContactLinked, "conversations.link_contact", apply=conversations.link_contact),
        on(ContactDeleted, "conversations.unlink_contact", apply=conversations.unlink_contact),
    ]


async def purge(work: Work, clock: Clock) -> bool:
    """One batch of each, in a transaction of its own; true while there is more."""
    at = clock()
    gone = await purge_sessions(work, at=at)
    gone += await purge_idempotency_keys(work, at=at)
    return bool(gone + await purge_rate_limits(work, at=at))


def jobs(turns: Turns, clock: Clock) -> list[Job[Any]]:
    purging = chore("chat.purge", every=HOURLY, apply=partial(purge, clock=clock))
    return [turns.job, forgetting(), purging]


def parts(on_: Platform[ChatSettings], backbone: Backbone) -> Iterator[Part]:
    model = OpenAIModel(on_.settings.endpoint)
    on_.closing.push_async_callback(model.aclose)
    means = Means(
        on_.works,
        model,
        on_.changes,
        on_.doorbell.hint,
        on_.clock,
        on_.settings.pace,
        on_.settings.budget,
    )
    erasing = PARTICIPANT.reactions(HttpOrders(on_.internal), on_.clock)
    purging = PARTICIPANT.jobs(on_.clock)
    yield backbone.relay()
    yield backbone.consumer([*reactions(on_.vault, HttpGateway(on_.internal("gateway"))), *erasing])
    yield backbone.jobs([*jobs(Turns(means), on_.clock), *purging], slots=TURNS_AT_ONCE)
