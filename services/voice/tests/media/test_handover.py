"""A whole call that is handed over to a person who is busy."""

from contactflow.testing.ai import Calls, ScriptedAI
from contactflow.testing.waiting import until
from contactflow.voice.carriers.twilio import twiml
from services.voice.tests.media.studio import OwnStudio
from services.voice.tests.media.test_call import HAS_A_HUMAN
from services.voice.tests.players import PUBLIC_URL, Twilio


async def test_the_carrier_is_told_where_to_ask_and_its_answer_may_come_before_our_end(
    studio: OwnStudio, twilio: Twilio, ai: ScriptedAI
) -> None:
    await studio.rows(HAS_A_HUMAN, tools=["handover_to_human"])
    ai.speech.hears("A person please.")
    ai.plan(Calls("handover_to_human", "{}"))

    async with studio.call(twilio) as caller:
        await caller.answered()
        caller.say("a_person")
        await until(lambda: studio.api.told)
        answer = await twilio.dial("busy")
        before = await studio.kept(twilio)
        await caller.hang_up()
        call = await studio.over(twilio)

    [(_, said)] = studio.api.told
    then = f"{PUBLIC_URL}/webhooks/twilio/{twilio.carrier_id}/dial"
    assert said["Twiml"] == twiml.dial("+33199000009", then=then)
    assert "nobody can take your call" in answer.text
    assert (before.ended_at, before.outcome) == (None, "handover_failed")
    assert (call.ended_by, call.outcome) == ("handed_over", "handover_failed")
