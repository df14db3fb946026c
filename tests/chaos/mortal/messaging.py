"""Where a record or a row of the outbox has got to: `erasure.requested:read` and the like."""

from collections.abc import Sequence
from contextvars import ContextVar
from functools import partial
from typing import Any

from contactflow.messaging import consumer, reactions, relay, sending, settling
from contactflow.messaging.envelope import said
from contactflow.persistence import Work
from tests.chaos.mortal.building import Call, Reached, wrap

Heard = Sequence[tuple[str, str]]
HEARD: ContextVar[Heard] = ContextVar("HEARD", default=())
"""Type and key of the records that this lane has at hand."""


def consuming(reached: Reached) -> None:
    """`:read`, then `:settled` (the database has it, Kafka's offset does not), then `:done`."""
    pass_by = partial(_pass_by, reached)

    def settle(inner: Call) -> Call:
        async def mortal(its: settling.Settler, records: Sequence[Any]) -> None:
            HEARD.set([(said(one, "ce_type"), one.key.decode()) for one in records])
            pass_by("read")
            await inner(its, records)

        return mortal

    def commit(inner: Call) -> Call:
        async def mortal(its: consumer.Lane, offset: int) -> None:
            pass_by("settled")
            await inner(its, offset)
            pass_by("done")

        return mortal

    wrap(settling.Settler, "settle", settle)
    wrap(consumer.Lane, "_commit", commit)


def applying(reached: Reached) -> None:
    """`:applied`: inbox and effects are written, and nothing is committed."""

    def once(inner: Call) -> Call:
        async def mortal(due: Any, applies: Any, work: Work) -> Any:
            lost = await inner(due, applies, work)
            await work.session.flush()
            _pass_by(reached, "applied")
            return lost

        return mortal

    wrap(reactions, "_once", once)


def _pass_by(reached: Reached, how_far: str) -> None:
    for type_, key in HEARD.get():
        reached(f"{type_}:{how_far}", key)


def relaying(reached: Reached) -> None:
    """`:unsent`, then `:sent` (Kafka has it, the cursor is before it), then `:passed`."""

    def pass_by(rows: Sequence[Any], how_far: str) -> None:
        for row in rows:
            reached(f"{row.type}:{how_far}", row.key)

    def forward(inner: Call) -> Call:
        async def mortal(its: relay.Relay, outbox: Any, rows: Sequence[Any]) -> None:
            await inner(its, outbox, rows)
            pass_by(rows, "passed")

        return mortal

    def send(inner: Call) -> Call:
        async def mortal(its: sending.Sender, rows: Sequence[Any]) -> Any:
            pass_by(rows, "unsent")
            answers = await inner(its, rows)
            pass_by(rows, "sent")
            return answers

        return mortal

    wrap(relay.Relay, "_forward", forward)
    wrap(sending.Sender, "send", send)
