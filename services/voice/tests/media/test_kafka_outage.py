"""Kafka is away for a whole call: the caller is served, and what is told of it arrives later."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest

from contactflow.events.calls import CALLS
from contactflow.messaging import Kafka, Relay
from contactflow.runtime import Platform
from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.kafka import OwnBroker
from contactflow.testing.postgres import PostgresServer
from contactflow.testing.waiting import until
from contactflow.voice.settings import VoiceSettings
from services.voice.tests.media.studio import RECORDINGS, Studio
from services.voice.tests.players import Twilio

AGAIN_S = 2.0
"""For whatever would be sent twice."""
TOLD = ["call.started", "recording.stored", "call.completed"]


@pytest.fixture(scope="module")
async def engines(own_postgres: PostgresServer) -> AsyncIterator[Engines]:
    """One where nobody else's transactions hold up the relay."""
    async with fresh_database(own_postgres, "voice", "migrations") as engines:
        yield engines


@asynccontextmanager
async def relaying(on: Platform[VoiceSettings], broker: OwnBroker) -> AsyncIterator[Relay]:
    """As the worker does."""
    kafka = Kafka(broker.bootstrap)
    relay = replace(on.backbone, kafka=kafka).relay()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(relay.run())
        try:
            yield relay
        finally:
            relay.stop()
    await kafka.close()


async def told(broker: OwnBroker, call_id: object) -> list[str]:
    """What Kafka has of the call, in order."""
    records = await broker.records(CALLS.name)
    mine = [one for one in records if one.key == str(call_id).encode()]
    return [dict(one.headers)["ce_type"].decode() for one in mine]


async def test_a_whole_call_without_kafka_is_served_and_told_once_when_kafka_is_back(
    recording: Studio, twilio: Twilio, own_broker: OwnBroker, ai: ScriptedAI
) -> None:
    await own_broker.topic(CALLS)
    await own_broker.stop()
    ai.speech.hears("When do you open?")
    ai.plan(says("At half past seven."))

    async with relaying(recording.on, own_broker) as relay:
        async with recording.call(twilio) as caller:
            await caller.agree()
            await caller.ask("opening_hours")
            await caller.hears_silence()
            await caller.hang_up()
        call = await recording.over(twilio)
        [kept] = await until(partial(recording.rows, RECORDINGS))
        answered, sent_before = "At half past seven." in ai.speech.spoken, relay.sent
        await own_broker.start()
        await until(lambda: relay.sent >= len(TOLD), longest=30)
        await asyncio.sleep(AGAIN_S)

    assert answered
    assert (call.ended_by, call.missing, call.disclosure_confirmed) == ("caller", [], True)
    assert (kept.state, sent_before) == ("stored", 0)
    assert await told(own_broker, call.id) == TOLD
