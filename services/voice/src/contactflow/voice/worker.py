"""The worker process, put together: reactions, jobs, and the parts that run them."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from contactflow.ai import OpenAIModel
from contactflow.erasure.orders import HttpOrders
from contactflow.events.agents import AgentPublished
from contactflow.events.calls import CallCompleted
from contactflow.kernel import Clock
from contactflow.messaging import Backbone, Job, Part, Reaction, chore, on
from contactflow.persistence import Work
from contactflow.runtime import Platform, opens_workspaces
from contactflow.runtime.agents import Gateway, HttpGateway, keeps_agents
from contactflow.vault import Vault
from contactflow.voice.calls import handlers as calls
from contactflow.voice.calls.contacts import Contacts, HttpContacts
from contactflow.voice.carriers.telnyx.rest import TelnyxRest
from contactflow.voice.numbers import handlers as numbers
from contactflow.voice.numbers.renewing import renewing
from contactflow.voice.participant import PARTICIPANT
from contactflow.voice.phrases.rendering import Rendering
from contactflow.voice.phrases.speech import OpenAISpeech
from contactflow.voice.places.model import BEAT, Tokens
from contactflow.voice.recordings.sweeping import Sweeping
from contactflow.voice.settings import VoiceSettings
from contactflow.voice.summaries import handlers as summaries
from contactflow.voice.summaries.summarizing import Summarizing
from contactflow.voice.webhooks.answering import Answering
from contactflow.voice.webhooks.commanding import Commanding
from contactflow.voice.webhooks.repository import purge_webhooks
from contactflow.web.idempotency import purge_idempotency_keys
from contactflow.web.limits import purge_rate_limits

HOURLY = timedelta(hours=1)


def reactions(vault: Vault, gateway: Gateway, contacts: Contacts) -> list[Reaction[Any]]:
    return [
        opens_workspaces(vault),
        *keeps_agents(gateway),
        on(AgentPublished, "numbers.render_phrases", apply=numbers.render_phrases),
        on(CallCompleted, "summaries.summarize", apply=summaries.summarize_later),
        *calls.of_contacts(contacts),
    ]


def jobs(clock: Clock) -> list[Job[Any]]:
    async def purge(work: Work) -> bool:
        """One batch of each; true while there is more."""
        at = clock()
        gone = await purge_idempotency_keys(work, at=at) + await purge_webhooks(work, at=at)
        return bool(gone + await purge_rate_limits(work, at=at))

    return [
        *calls.closing(clock),
        chore("voice.calls.close_lost", every=BEAT, apply=partial(calls.close_lost, clock=clock)),
        chore("voice.purge", every=HOURLY, apply=purge),
        *renewing(),
    ]


def parts(on_: Platform[VoiceSettings], backbone: Backbone) -> Iterator[Part]:
    erasing = PARTICIPANT.reactions(HttpOrders(on_.internal), on_.clock, on_.objects)
    yield backbone.relay()
    gateway, contacts = HttpGateway(on_.internal("gateway")), HttpContacts(on_.internal("crm"))
    yield backbone.consumer([*reactions(on_.vault, gateway, contacts), *erasing])
    telnyx = TelnyxRest(on_.settings.telnyx_api_url)
    on_.closing.push_async_callback(telnyx.aclose)
    tokens = Tokens(on_.settings.root_key.get_secret_value())
    answering = Answering(on_.works, telnyx, tokens, on_.clock)
    parting = Commanding(on_.works, telnyx).jobs
    rendering = Rendering(on_.works, speech(on_))
    summarizing = Summarizing(on_.works, model(on_), on_.clock)
    sweeping = Sweeping(on_.system, on_.objects, on_.clock)
    promised = [*parting, *jobs(on_.clock), *PARTICIPANT.jobs(on_.clock)]
    yield backbone.jobs([answering.job, rendering.job, summarizing.job, sweeping.job, *promised])


def speech(on_: Platform[VoiceSettings]) -> OpenAISpeech:
    said = on_.settings
    key = said.openai_api_key.get_secret_value()
    usual = said.openai_tts_voice
    made = OpenAISpeech(said.openai_base_url, key, said.openai_tts_model, usual=usual)
    on_.closing.push_async_callback(made.aclose)
    return made


def model(on_: Platform[VoiceSettings]) -> OpenAIModel:
    made = OpenAIModel(on_.settings.endpoint)
    on_.closing.push_async_callback(made.aclose)
    return made
