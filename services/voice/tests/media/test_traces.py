"""A call is one trace: from the carrier's webhook through its turns to its events."""

from sqlalchemy import text

from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.traces import Traced, ids
from contactflow.testing.waiting import until
from services.voice.tests.media.studio import OwnStudio
from services.voice.tests.players import Twilio

EVENTS = text("SELECT type, traceparent FROM outbox WHERE type LIKE 'call.%' ORDER BY position")


async def test_a_call_is_one_trace_from_the_webhook_to_its_events(
    studio: OwnStudio, twilio: Twilio, ai: ScriptedAI, traced: Traced
) -> None:
    ai.speech.hears("What are your opening hours?")
    ai.plan(says("We are open from half past seven."))

    async with studio.call(twilio) as caller:
        await caller.answered()
        await caller.ask("opening_hours")
        await caller.hang_up()
    await studio.over(twilio)
    await until(studio.is_free)

    [carried] = [one for one in traced.spans if one.name == "carry call"]
    trace, media, webhook = ids(carried)
    ours = {ids(one)[1]: one.name for one in traced.of(trace)}
    assert ours[webhook] == "POST /webhooks/twilio/{carrier_id}/voice"
    assert {"user_turn", "agent_turn"} <= {*ours.values()}
    events = await studio.rows(EVENTS)
    assert [(one.type, *one.traceparent.split("-")[1:3]) for one in events] == [
        ("call.started", trace, webhook),
        ("call.completed", trace, media),
    ]
