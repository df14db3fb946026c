"""What the caller leaves for the business."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from contactflow.testing.virtual import in_virtual_time
from contactflow.voice.session.cards import Cards
from contactflow.voice.session.notes import Note, Notes
from services.voice.tests.session.house import Kept

Told = list[tuple[str, ...]]


def noted(said: Callable[[Cards, Notes], Awaitable[None]]) -> tuple[Told, Told]:
    """What was told to the office in the call, and in all."""
    office, cards = Kept(), Cards()
    notes = Notes(office, cards)

    async def calling() -> Told:
        async with asyncio.TaskGroup() as group:
            group.create_task(notes.run())
            await said(cards, notes)
            await asyncio.sleep(1)
            before = [*office.did]
            await notes.aclose()
        return before

    return in_virtual_time(calling()), office.did


@pytest.mark.parametrize("text", ["The cake is late.", "Call me on 06 12 34 56 78."])
def test_a_note_that_is_no_card_number_is_taken_at_once(text: str) -> None:
    async def said(cards: Cards, notes: Notes) -> None:
        cards.redact(text)
        await notes.take(Note("message", text))

    during, _ = noted(said)

    assert during == [("message", text)]


def test_the_beginning_of_a_card_number_is_not_told() -> None:
    async def said(cards: Cards, notes: Notes) -> None:
        cards.redact("4111 1111 1111")
        await notes.take(Note("message", "4111 1111 1111"))
        cards.redact("1111")
        notes.heard()

    assert noted(said) == ([], [("message", "[card number]")])


def test_digits_that_no_card_number_was_made_of_are_told_a_few_turns_later() -> None:
    async def said(cards: Cards, notes: Notes) -> None:
        cards.redact("415 867 5309")
        await notes.take(Note("callback", "415 867 5309"))
        for turn in ("Thank you.", "That is all.", "Well."):
            cards.redact(turn)
            notes.heard()

    during, _ = noted(said)

    assert during == [("callback", "415 867 5309", "None")]


def test_digits_that_nothing_was_said_after_are_told_at_the_end() -> None:
    async def said(cards: Cards, notes: Notes) -> None:
        cards.redact("415 867 5309")
        await notes.take(Note("callback", "415 867 5309"))

    assert noted(said) == ([], [("callback", "415 867 5309", "None")])
