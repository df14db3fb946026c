"""One call that the person at the terminal follows."""

import secrets
from asyncio import TaskGroup

import httpx

from tools.phone.calling import calling
from tools.phone.carrier import PhoneCall, Taken
from tools.phone.line import Line
from tools.phone.rest import Switchboard, serving
from tools.phone.script import Caller, Script, Turn
from tools.phone.transcript import Transcript, reading
from tools.stack.report import console

FICTION = "+3319900"  # numbers that the French regulator keeps free for stories


def a_number() -> str:
    """Nobody's."""
    return FICTION + str(1_000 + secrets.randbelow(9_000))


async def ring(into: Line, script: Script, number: str, human: Taken = "completed") -> PhoneCall:
    """Play it, and show what is heard and what is recorded.

    Everything is spoken before the phone rings, so that no question has to wait.
    """
    voices = {text: await into.mouth.speech(text) for text in script.lines()}
    console.print(f"[dim]{number} calls {into.number.e164}[/]")
    board = Switchboard(into.account)
    answers: list[str] = []
    async with (
        serving(board, into.carrier_port),
        reading(into.gateway, into.api_key, into.number.e164) as transcript,
        TaskGroup() as group,
        calling(board, into.number, number, human) as call,
    ):
        group.create_task(_show(transcript, call, answers))
        await Caller(call, voices, _tell, answers=answers.__len__).play(script)
    return call


async def _show(transcript: Transcript, call: PhoneCall, answers: list[str]) -> None:
    """As the service has it; what its model has answered is noted."""
    try:
        async for item in transcript.follow(lambda: call.handset.over):
            latency = item["latency_ms"]
            if latency:
                answers.append(item["text"])
            note = f"  ({latency / 1000:.1f} s)" if latency else ""
            cut = " ..." if item["interrupted"] else ""
            console.print(f"  [cyan]{item['speaker']:>8}[/]  ", end="")
            console.out(item["text"] + cut + note)
    except httpx.HTTPError as error:
        console.print("  [dim]no transcript:[/] ", end="")
        console.out(error)


def _tell(turn: Turn) -> None:
    """What the caller noticed."""
    heard = "no answer" if turn.latency is None else f"answered after {turn.latency:.1f} s"
    cut = "" if turn.silenced is None else f", silent {turn.silenced:.2f} s after the interruption"
    console.print(f"  [dim]   heard  {turn.ended:5.1f} s: {heard}{cut}[/]")
