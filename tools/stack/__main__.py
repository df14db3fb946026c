"""The stack's commands: python -m tools.stack up | down | status | logs | trace | reset."""

import sys
import time
from collections.abc import Callable

from tools.stack import report, stack
from tools.stack.engines import mail_dir, traces_dir
from tools.stack.errors import StackError
from tools.stack.logs import follow
from tools.stack.preflight import Machine
from tools.stack.report import console
from tools.stack.settings import Settings, read
from tools.stack.state import alone, load, recall
from tools.stack.traces import Kept, last_conversation


def up(settings: Settings) -> int:
    begun = time.monotonic()
    with alone(settings.home):
        stack.up(settings, Machine())
    report.summary(load(settings.home))
    console.print(f"\n[dim]Up in {time.monotonic() - begun:.1f} s.[/]")
    return 0


def down(settings: Settings) -> int:
    with alone(settings.home):
        state = recall(settings.home)
        names = list(state.parts)
        killed = stack.down(state)
    for name in killed:
        console.print(f"{name} did not end when asked and was killed.")
    console.print(f"Stopped: {', '.join(names)}." if names else "Nothing was running.")
    return 0


def status(settings: Settings) -> int:
    state = recall(settings.home)
    found = list(stack.status(state))
    if not found:
        console.print("The stack is down. `make up` starts it.")
        return 1
    well = report.states(found)
    if "mail" in state.parts:
        console.print("\nE-mails are files in", mail_dir(settings.home), soft_wrap=True)
    if "traces" in state.parts:
        console.print("Traces are kept in", traces_dir(settings.home), soft_wrap=True)
        console.print("(make trace shows the last conversation's).")
    return 0 if well else 1


def logs(settings: Settings) -> int:
    parts = recall(settings.home).parts
    for name, line in follow({name: part.log for name, part in parts.items()}):
        console.print(f"[cyan]{name:>10}[/] ", end="")
        console.out(line)
    return 0


def trace(settings: Settings) -> int:
    if settings.collector:
        console.print("Traces go to", settings.collector, "and are not kept here.", soft_wrap=True)
        return 1
    found = last_conversation(Kept(traces_dir(settings.home)).spans())
    if not found:
        console.print("No conversation was traced yet. `make up` starts the stack, `make call`")
        console.print("rings its agent; or write on the chat page. A second later there is one.")
        return 1
    report.trace(found)
    return 0


def reset(settings: Settings) -> int:
    with alone(settings.home):
        gone = stack.reset(recall(settings.home))
    for path in gone:
        console.print(f"deleted {path}")
    console.print("What was fetched (Kafka, the local AI) is kept.")
    if settings.database_admin_url:
        console.print("So are the databases elsewhere, but nobody can open any more what is sealed")
        console.print("in them: drop the databases contactflow_* before the next `make up`.")
    return 0


COMMANDS: dict[str, Callable[[Settings], int]] = {
    "up": up,
    "down": down,
    "status": status,
    "logs": logs,
    "trace": trace,
    "reset": reset,
}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        console.print(f"python -m tools.stack {' | '.join(COMMANDS)}")
        return 2
    try:
        return COMMANDS[arguments[0]](read())
    except StackError as error:
        console.print("[red]Stopped:[/] ", end="")
        console.out(error)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
