"""A human takes over at every step of a turn: no word of the AI comes after."""

import ast
import asyncio
import inspect

import pytest

from contactflow.chat.turns import engine
from contactflow.chat.turns.engine import Step, Turns
from contactflow.testing.ai import ScriptedAI
from services.chat.tests.turns.desk import Desk

BLOCKED = 0.3  # seconds: so long a takeover waits that meets a turn in its transaction
ACTIONS = ["messages", "handoff", "close"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("step", Step)
async def test_no_word_of_the_ai_follows_a_takeover(desk: Desk, step: Step, action: str) -> None:
    visitor = await desk.visitor("Hello")

    async with asyncio.TaskGroup() as tasks:
        acting: list[asyncio.Task[dict[str, object]]] = []

        async def take_over(now: Step) -> None:
            if now is step:
                acting.append(tasks.create_task(desk.act(visitor, action)))
                await asyncio.wait(acting, timeout=BLOCKED)

        await desk.turn(take_over)

    [acted] = acting
    place = acted.result()["seq" if action == "messages" else "message_count"]
    later = [one["author"] for one in await visitor.read(cursor=place)]  # type: ignore[arg-type]
    assert later == []
    assert await desk.turn() == 0


async def test_a_turn_goes_through_every_step(desk: Desk, ai: ScriptedAI) -> None:
    seen: list[Step] = []

    async def reached(step: Step) -> None:
        seen.append(step)

    await desk.visitor("Hello")
    await desk.turn(reached)

    assert seen == list(Step)


def test_there_is_a_step_around_everything_a_turn_waits_for() -> None:
    """One before and one after each; besides, one amid the model's words, one in the open."""
    waited = [line for line in awaited(Turns) if "self._" not in line]

    assert len(waited) == 5, waited
    assert len(Step) == len(waited) + 1 + 3


def awaited(turns: type[Turns]) -> list[str]:
    """What the code of a turn waits for, but for its hook and its look-out."""
    tree = ast.parse(inspect.getsource(engine))
    [found] = (one for one in tree.body if getattr(one, "name", "") == turns.__name__)
    assert isinstance(found, ast.ClassDef)
    methods = [one for one in found.body if getattr(one, "name", "") != "_overtaken"]
    nodes = [node for method in methods for node in ast.walk(method)]
    lines = [ast.unparse(node.value) for node in nodes if isinstance(node, ast.Await)]
    return lines + [ast.unparse(node.iter) for node in nodes if isinstance(node, ast.AsyncFor)]
