"""The way of a message to its visitor is part of the trace that it was said in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contactflow.chat.streams.service import NEWS
from contactflow.testing.clock import FakeClock
from contactflow.testing.traces import SPAN, TRACE, TRACEPARENT, Traced, ids
from services.chat.tests.serving import stream, take
from services.chat.tests.visitors import Visitor, Visitors

DELIVERED = "deliver message.created"


def traced_as(visitor: Visitor) -> Visitor:
    """The same, in a browser that begins a trace."""
    return replace(visitor, headers=visitor.headers | {"Traceparent": TRACEPARENT})


async def test_what_is_said_is_delivered_in_the_trace_that_it_was_said_in(
    url: str, visitors: Visitors, traced: Traced
) -> None:
    visitor = await visitors.come()
    async with stream(url, visitor, 1) as following:
        await traced_as(visitor).send("Hello")
        await take(following, 1)
        await visitor.send("Again")  # whoever gets this, has had that
        await take(following, 1)

    [delivered] = [one for one in traced.of(TRACE) if one.name == DELIVERED]
    parents = {ids(one)[1]: ids(one)[2] for one in traced.of(TRACE)}
    assert parents[ids(delivered)[2]] == SPAN


@pytest.mark.parametrize(("age", "times"), [(NEWS / 2, 1), (NEWS, 0)])
async def test_what_was_said_long_ago_is_no_part_of_its_trace_any_more(
    url: str, visitors: Visitors, clock: FakeClock, traced: Traced, *, age: timedelta, times: int
) -> None:
    visitor = await visitors.come()
    await traced_as(visitor).send("Hello")
    clock.advance(age)
    async with stream(url, visitor, 1) as following:
        await take(following, 1)
        await visitor.send("Again")
        await take(following, 1)

    assert [one.name for one in traced.of(TRACE)].count(DELIVERED) == times
