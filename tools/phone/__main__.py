"""A phone call to the running stack: python -m tools.phone --help."""

import argparse
import asyncio
import secrets
import sys
from asyncio import TaskGroup
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
from openai import OpenAIError

from tools.phone import wav
from tools.phone.calling import calling
from tools.phone.carrier import PhoneCall
from tools.phone.line import Line, NoLineError, line
from tools.phone.rest import Switchboard, serving
from tools.phone.script import SCRIPTS, Caller, Script, Turn
from tools.phone.transcript import Transcript, reading
from tools.phone.twiml import NotTwimlError
from tools.stack.errors import StackError
from tools.stack.report import console
from tools.stack.state import load

FICTION = "+3319900"  # numbers that the French regulator keeps free for stories
EXPECTED = (StackError, NoLineError, OpenAIError, httpx.HTTPError, NotTwimlError, OSError)


def main(arguments: list[str]) -> int:
    wanted = parse(arguments)
    script = SCRIPTS[wanted.language].with_questions(tuple(wanted.say))
    script = replace(script, consent=wanted.consent, interrupts=wanted.interrupt)
    try:
        call = asyncio.run(phone(line(load(), wanted.language), script, wanted.caller))
    except EXPECTED as error:
        return failed([error])
    except ExceptionGroup as group:
        if group.split(EXPECTED)[1]:
            raise
        return failed(leaves(group))
    wav.write(wanted.out, call.handset)
    report(call, wanted.out)
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.phone", description="Call the agent.")
    parser.add_argument("--language", choices=sorted(SCRIPTS), default="en")
    parser.add_argument("--say", action="append", default=[], help="ask this (again and again)")
    parser.add_argument("--consent", choices=("yes", "no", "key"), help="to a recording")
    parser.add_argument("--interrupt", action="store_true", help="cut the first answer short")
    parser.add_argument("--caller", default=FICTION + str(1_000 + secrets.randbelow(9_000)))
    parser.add_argument("--out", type=Path, default=Path("call.wav"), help="the conversation")
    return parser.parse_args(arguments)


async def phone(into: Line, script: Script, number: str) -> PhoneCall:
    """Everything is spoken before the phone rings, so that no question has to wait."""
    voices = {text: await into.mouth.speech(text) for text in script.lines()}
    console.print(f"[dim]{number} calls {into.number.e164}[/]")
    board = Switchboard(into.account)
    async with (
        serving(board, into.carrier_port),
        reading(into.gateway, into.api_key, into.number.e164) as transcript,
        TaskGroup() as group,
        calling(board, into.number, number) as call,
    ):
        group.create_task(show(transcript, call))
        await Caller(call, voices, tell).play(script)
    return call


async def show(transcript: Transcript, call: PhoneCall) -> None:
    """As the service has it."""
    try:
        async for item in transcript.follow(lambda: call.handset.over):
            latency = item["latency_ms"]
            note = f"  ({latency / 1000:.1f} s)" if latency else ""
            cut = " ..." if item["interrupted"] else ""
            console.print(f"  [cyan]{item['speaker']:>8}[/]  ", end="")
            console.out(item["text"] + cut + note)
    except httpx.HTTPError as error:
        console.print("  [dim]no transcript:[/] ", end="")
        console.out(error)


def tell(turn: Turn) -> None:
    """What the caller noticed."""
    heard = "no answer" if turn.latency is None else f"answered after {turn.latency:.1f} s"
    cut = "" if turn.silenced is None else f", silent {turn.silenced:.2f} s after the interruption"
    console.print(f"  [dim]   heard  {turn.ended:5.1f} s: {heard}{cut}[/]")


def report(call: PhoneCall, out: Path) -> None:
    """How it ended."""
    ends = {
        "caller": "The caller hung up",
        "service": "The service hung up",
        "transfer": f"The service put the caller through to {call.transferred_to}",
        "carrier": "The carrier ended the call",
    }
    console.print(f"\n{ends[call.by]} after {call.handset.seconds:.1f} s.")
    for said in call.said:
        console.print("The carrier said:", said.text)
    console.print(f"The conversation is in [bold]{out}[/]: the caller left, the agent right.")


def failed(errors: list[Exception]) -> int:
    for error in errors:
        console.print("[red]The call failed:[/] ", end="")
        console.out(f"{type(error).__name__}: {error}")
    return 1


def leaves(group: ExceptionGroup[Exception]) -> list[Exception]:
    """What is in a group, however deep."""
    return list(_leaves(group))


def _leaves(error: Exception) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for one in error.exceptions:
            yield from _leaves(one)
    else:
        yield error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
