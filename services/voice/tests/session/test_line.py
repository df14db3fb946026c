"""What the caller hears, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from contactflow.testing.virtual import in_virtual_time
from contactflow.voice.session.line import AHEAD, ECHO_S, Line, Utterance
from contactflow.voice.session.ports import FRAME_BYTES, SILENCE, Played
from services.voice.tests.session.phone import Phone

Body = Callable[[Line, Phone, list[bytes]], Awaitable[None]]


def frames(letter: bytes, count: int) -> bytes:
    return letter * FRAME_BYTES * count


def on_a_line(body: Body, *, echoes: bool = True) -> list[bool]:
    """Run it while line, phone and ears run; what the line said about being busy."""
    busy: list[bool] = []

    async def run() -> None:
        phone, spoken = Phone(echoes=echoes), list[bytes]()
        line = Line(phone, spoken.append, busy.append)

        async def listen() -> None:
            async for heard in phone.hear():
                assert isinstance(heard, Played)
                line.confirm(heard.mark)

        async with asyncio.TaskGroup() as parts:
            running = [parts.create_task(one) for one in (line.run(), phone.run(), listen())]
            await body(line, phone, spoken)
            for one in running:
                one.cancel()

    in_virtual_time(run())
    return busy


def answer(line: Line, pcm: bytes) -> Utterance:
    """What a model says."""
    utterance = line.begin(may_pause=True)
    line.add(utterance, pcm)
    line.end(utterance)
    return utterance


def letters(played: list[bytes]) -> str:
    return "".join(frame[:1].decode() for frame in played)


def test_what_is_said_is_played_in_order_and_confirmed() -> None:
    async def body(line: Line, phone: Phone, _: list[bytes]) -> None:
        first, second = line.say(frames(b"a", 3)), line.say(frames(b"b", 2))

        done = [await one.done for one in (first, second)]

        assert letters(phone.played) == "aaabb"
        assert [one.seconds for one in done] == pytest.approx([0.06, 0.04])
        assert all(one.confirmed and not one.interrupted for one in done)
        assert first.began.result() <= second.began.result()

    on_a_line(body)


def test_the_carrier_never_holds_more_than_a_tenth_of_a_second() -> None:
    async def body(line: Line, phone: Phone, _: list[bytes]) -> None:
        await line.say(frames(b"a", 50)).done

        assert phone.deepest <= AHEAD + 1

    on_a_line(body)


def test_without_an_echo_it_ends_unconfirmed() -> None:
    async def body(line: Line, _: Phone, __: list[bytes]) -> None:
        begun = asyncio.get_running_loop().time()
        done = await line.say(frames(b"a", 3)).done

        assert not done.confirmed
        assert asyncio.get_running_loop().time() - begun < ECHO_S + 0.3

    on_a_line(body, echoes=False)


def test_a_cut_silences_one_and_loses_nothing_of_another() -> None:
    async def body(line: Line, phone: Phone, _: list[bytes]) -> None:
        cut, kept = line.say(frames(b"a", 50)), line.say(frames(b"b", 4))
        await asyncio.sleep(0.2)
        line.cut(cut)

        assert (await cut.done).interrupted
        assert (await kept.done).seconds == pytest.approx(0.08)
        assert letters(phone.played).count("b") == 4
        assert letters(phone.played).count("a") < 16
        assert phone.clears == 1

    on_a_line(body)


def test_a_pause_goes_on_where_it_was() -> None:
    async def body(line: Line, phone: Phone, _: list[bytes]) -> None:
        said = answer(line, b"".join(frames(bytes([97 + at]), 1) for at in range(20)))
        await asyncio.sleep(0.1)
        line.pause()
        await asyncio.sleep(1)
        paused = len(phone.played)
        line.resume()
        await said.done

        assert paused < 10
        assert letters(phone.played) == "abcdefghijklmnopqrst"

    on_a_line(body)


def test_a_pause_on_the_last_words_loses_none_of_them() -> None:
    async def body(line: Line, phone: Phone, _: list[bytes]) -> None:
        said = answer(line, b"".join(frames(bytes([97 + at]), 1) for at in range(6)))
        await asyncio.sleep(0.05)
        line.pause()
        await asyncio.sleep(ECHO_S + 1)
        line.resume()
        done = await said.done

        assert letters(phone.played) == "abcdef"
        assert done.confirmed
        assert done.seconds == pytest.approx(0.12)

    on_a_line(body)


def test_a_pause_holds_answers_only() -> None:
    async def body(line: Line, phone: Phone, _: list[bytes]) -> None:
        phrase, held = line.say(frames(b"a", 20)), answer(line, frames(b"b", 5))
        line.pause()

        await phrase.done
        assert letters(phone.played) == "a" * 20
        assert phone.clears == 0
        line.resume()
        await held.done
        assert letters(phone.played) == "a" * 20 + "b" * 5

    on_a_line(body)


def test_a_phrase_that_gets_past_a_pause_is_heard_whole() -> None:
    async def body(line: Line, phone: Phone, _: list[bytes]) -> None:
        held = answer(line, frames(b"a", 20))
        await asyncio.sleep(0.1)
        line.pause()
        line.say(frames(b"b", 10))
        await asyncio.sleep(0.1)
        line.resume()
        await held.done

        assert letters(phone.played).strip("a") == "b" * 10
        assert letters(phone.played).count("a") == 20

    on_a_line(body)


def test_a_voice_cuts_what_may_be_cut() -> None:
    async def body(line: Line, phone: Phone, _: list[bytes]) -> None:
        first = line.say(frames(b"a", 10))
        second = line.say(frames(b"b", 10), gives_way_after=0)
        third = line.say(frames(b"c", 10), gives_way_after=0.5)
        for at_s in (0.1, 0.3, 0.36, 0.44):
            await asyncio.sleep(at_s - asyncio.get_running_loop().time())
            line.give_way()

        done = [await one.done for one in (first, second, third)]
        assert [one.interrupted for one in done] == [False, True, True]
        assert letters(phone.played).count("a") == 10
        assert 0.1 <= done[2].seconds < 0.2

    on_a_line(body)


def test_a_phrase_waits_for_an_utterance_that_is_still_being_made() -> None:
    async def body(line: Line, phone: Phone, _: list[bytes]) -> None:
        made = line.begin()
        line.add(made, frames(b"a", 2))
        phrase = line.say(frames(b"b", 2))
        await asyncio.sleep(0.5)
        line.add(made, frames(b"a", 3))
        line.end(made)

        await phrase.done
        assert letters(phone.played) == "aaaaabb"
        assert made.done.result().confirmed

    on_a_line(body)


def test_an_utterance_that_is_dropped_while_being_made_holds_up_nobody() -> None:
    async def body(line: Line, phone: Phone, _: list[bytes]) -> None:
        made = line.begin()
        line.add(made, frames(b"a", 2))
        phrase = line.say(frames(b"b", 2))
        await asyncio.sleep(0.5)
        line.cut(made)
        line.add(made, frames(b"a", 3))
        line.end(made)

        await phrase.done
        assert letters(phone.played) == "aabb"

    on_a_line(body)


def test_the_clock_goes_on_in_silence() -> None:
    async def body(line: Line, _: Phone, spoken: list[bytes]) -> None:
        await asyncio.sleep(1.005)

        assert line.offset_ms == 1000
        assert spoken == [SILENCE] * 50

    on_a_line(body)


def test_a_line_is_busy_until_the_last_utterance_is_over() -> None:
    async def body(line: Line, _: Phone, __: list[bytes]) -> None:
        first = line.begin()
        second = line.say(frames(b"b", 2))
        line.cut(first)
        await second.done
        await line.say(frames(b"c", 2)).done

    assert on_a_line(body) == [True, True, False, True, False]
