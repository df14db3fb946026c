"""A media socket is let in if the carrier of its call has signed for it."""

from contactflow.testing.metrics import Measured
from contactflow.testing.waiting import until
from services.voice.tests.media.studio import OwnStudio
from services.voice.tests.players import Twilio
from services.voice.tests.session.caller import calling

COUNTED = "contactflow_webhooks_bad_signature_total"


async def test_who_has_the_token_and_cannot_sign_is_refused_and_does_not_use_it_up(
    studio: OwnStudio, twilio: Twilio, measured: Measured
) -> None:
    url = studio.socket((await twilio.voice()).text)
    forged = [
        {},
        {"X-Twilio-Signature": ""},
        studio.signed(url, "another"),
        studio.signed(url.replace("/twilio/", "/telnyx/")),
    ]

    refused = [await studio.refuses(url, headers) for headers in forged]
    counted = measured.since(COUNTED, kind="twilio")
    async with calling(url, twilio.sid, signed=studio.signed(url)) as caller:
        await caller.answered()
        await caller.hang_up()

    assert refused == [True] * len(forged)
    assert counted == len(forged)
    assert (await studio.over(twilio)).ended_by == "caller"


async def test_the_path_does_not_say_who_the_carrier_is(
    studio: OwnStudio, twilio: Twilio, measured: Measured
) -> None:
    url = studio.socket((await twilio.voice()).text).replace("/twilio/", "/telnyx/")

    assert await studio.refuses(url)
    assert measured.since(COUNTED, kind="twilio") == 1


async def test_what_counts_is_the_address_that_twilio_was_told(
    studio: OwnStudio, twilio: Twilio
) -> None:
    """As behind a proxy that rewrites paths."""
    told = studio.socket((await twilio.voice()).text)
    seen = told.replace("/twilio/", "/any/")

    async with calling(seen, twilio.sid, signed=studio.signed(told)) as caller:
        await caller.hang_up()

    assert (await studio.over(twilio)).ended_by == "caller"


async def test_a_token_of_nobody_is_refused_and_no_bad_signature(
    studio: OwnStudio, twilio: Twilio, measured: Measured
) -> None:
    url = studio.socket((await twilio.voice()).text)[:-1]
    before = measured.now(COUNTED, kind="twilio")

    assert await studio.refuses(url)
    assert measured.now(COUNTED, kind="twilio") == before
    await until(lambda: measured.now("contactflow_places_used") == 0)
