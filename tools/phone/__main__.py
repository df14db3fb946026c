"""A phone call to the running stack: python -m tools.phone --help."""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import httpx
from openai import OpenAIError

from tools.phone import wav
from tools.phone.carrier import PhoneCall, Taken
from tools.phone.line import NoLineError, line
from tools.phone.ringing import a_number, ring
from tools.phone.script import SCRIPTS
from tools.phone.twiml import NotTwimlError
from tools.stack.errors import StackError
from tools.stack.report import console
from tools.stack.state import load

EXPECTED = (StackError, NoLineError, OpenAIError, httpx.HTTPError, NotTwimlError, OSError)


def main(arguments: list[str]) -> int:
    wanted = parse(arguments)
    script = SCRIPTS[wanted.language].with_questions(tuple(wanted.say))
    script = replace(script, consent=wanted.consent, interrupts=wanted.interrupt)
    try:
        into = line(load(), wanted.language)
        call = asyncio.run(ring(into, script, wanted.caller, wanted.human))
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
    parser.add_argument(
        "--human",
        choices=get_args(Taken),
        default="completed",
        help="who takes a hand-over, or not",
    )
    parser.add_argument("--caller", default=a_number())
    parser.add_argument("--out", type=Path, default=Path("call.wav"), help="the conversation")
    return parser.parse_args(arguments)


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
