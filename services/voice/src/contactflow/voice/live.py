"""The media process, put together: what carries live calls."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from openai import AsyncOpenAI

from contactflow.kernel import new_id
from contactflow.persistence import Work
from contactflow.runtime import Live, Platform
from contactflow.voice.carriers.telnyx.rest import TelnyxRest
from contactflow.voice.carriers.twilio.rest import TwilioRest
from contactflow.voice.media.answering import Answering, PhraseBook
from contactflow.voice.media.beating import Beating
from contactflow.voice.media.carriers import Switches
from contactflow.voice.media.carrying import Means
from contactflow.voice.media.edge import MediaEdge
from contactflow.voice.media.recordings import Recordings
from contactflow.voice.media.warming import Warming
from contactflow.voice.phrases.repository import SqlPhrases
from contactflow.voice.places.repository import House
from contactflow.voice.recordings.sink import Recordings as StoredRecordings
from contactflow.voice.session.agent import Models, Timing
from contactflow.voice.settings import VoiceSettings

PARTING: Final = 45.0
"""Seconds for the last words and the records of calls that we end."""
PATIENCE: Final = 10.0


def live(
    on: Platform[VoiceSettings],
    book: Callable[[Work], PhraseBook] = SqlPhrases,
    recordings: Recordings | None = None,
) -> Live:
    settings = on.settings
    means = _means(on, recordings or StoredRecordings(on.works, on.objects, on.clock))
    timing = _timing(settings.openai_patience)
    answering = Answering(on.works, on.clock, book, _models(settings), timing)
    edge = MediaEdge(means, answering, settings.media_slots)
    beating = Beating(on.system, means.house, edge, on.clock)
    warming = Warming(means.client, settings.openai_model)

    async def finished() -> None:
        await edge.finished(settings.media_drain)

    return Live(edge.app, [beating, warming], finished, settings.media_drain + PARTING)


def _timing(patience: float) -> Timing:
    """An endpoint that needs longer to answer needs longer to hear, too."""
    usual = Timing()
    slower = patience / usual.model_s
    return replace(usual, model_s=patience, not_understood_s=usual.not_understood_s * slower)


def _models(settings: VoiceSettings) -> Models:
    return Models(
        settings.openai_model,
        settings.openai_stt_model,
        settings.openai_tts_model,
        settings.openai_tts_voice,
        settings.openai_temperature,
    )


def _means(on: Platform[VoiceSettings], recordings: Recordings) -> Means:
    settings = on.settings
    client = AsyncOpenAI(
        base_url=settings.openai_base_url,
        api_key=settings.openai_api_key.get_secret_value(),
        max_retries=0,
        timeout=PATIENCE,
    )
    twilio, telnyx = TwilioRest(settings.twilio_api_url), TelnyxRest(settings.telnyx_api_url)
    switches = Switches(twilio, telnyx, settings.public_url)
    on.closing.push_async_callback(client.close)
    on.closing.push_async_callback(switches.aclose)
    house = House(new_id(), settings.media_url, settings.media_slots)
    return Means(on.works, on.system, on.clock, house, switches, client, recordings)
