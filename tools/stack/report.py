"""What the person at the terminal sees."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from rich.bar import Bar
from rich.console import Console
from rich.table import Table

from contactflow.testing.collector import Span
from tools.stack.processes import last_words
from tools.stack.state import Part
from tools.stack.traces import tree

NANOSECONDS: Final = 1_000_000_000  # in a second

console = Console(highlight=False)


def timed(title: str, act: Callable[[], bool]) -> None:
    """Do it, and say how long it took; what was there already is not worth a line."""
    begun = time.monotonic()
    if act():
        console.print(f"  [green]✓[/] {title} [dim]{time.monotonic() - begun:.1f} s[/]")


def summary(stack: dict[str, Any]) -> None:
    """Addresses, log-in, key, and what to type next."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for title, value in _rows(stack):
        table.add_row(f"[bold]{title}[/]", str(value))
    console.print()
    console.print(table)
    console.print("\nNext: [bold]make demo[/] shows it at work, [bold]make call[/] rings it up,")
    console.print("[bold]make status[/] looks at it, [bold]make logs[/] follows it,")
    console.print("[bold]make down[/] stops it.")


def _rows(stack: dict[str, Any]) -> Iterable[tuple[str, str]]:
    demo = stack["demo"] or {}
    named = [
        ("Chat page", stack["chat_page_url"]),
        ("Telephone", _numbers(stack)),
        ("API", stack["gateway_url"]),
        ("API reference", stack["docs_url"]),
        ("Log in as", demo and f"{demo['email']}  {demo['password']}"),
        ("API key", demo and demo["api_key"]),
        *((f"Service {name}", one["url"]) for name, one in stack["services"].items()),
        ("AI", stack["ai"]["base_url"]),
        ("Kafka", stack["kafka"]["bootstrap_servers"]),
        ("E-mails", stack["mail_dir"]),
        ("Logs", stack["logs_dir"]),
    ]
    return [(title, value) for title, value in named if value]


def _numbers(stack: dict[str, Any]) -> str:
    """Those that `make call` rings, by the language they are answered in."""
    numbers = (stack["phone"] or {}).get("numbers", {})
    return ", ".join(f"{one['e164']} ({language})" for language, one in numbers.items())


def states(found: Iterable[tuple[Part, str | None]]) -> bool:
    """A line for each part, then the last words of each that died. True when all are well."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("part", "address", "pid", "state", "metrics"):
        table.add_column(heading, no_wrap=True)
    ill = []
    for part, wrong in found:
        said = f"[red]{wrong}[/]" if wrong else "[green]well[/]"
        table.add_row(part.name, part.url, str(part.process.pid), said, part.metrics)
        ill += [part] if wrong else []
    console.print(table)
    for part in ill:
        console.print(f"\n[bold]{part.name}[/], the end of {part.log}:", soft_wrap=True)
        console.out(last_words(part.log) or "(nothing)")
    return not ill


def trace(spans: Sequence[Span]) -> None:
    """One trace as a tree: who did what, from when, for how long."""
    first, last = min(one.began for one in spans), max(one.ended for one in spans)
    table = Table(box=None, expand=True, padding=(0, 2, 0, 0))
    table.add_column("span", no_wrap=True)
    table.add_column("process", no_wrap=True)
    table.add_column("from", no_wrap=True, justify="right")
    table.add_column("took", no_wrap=True, justify="right")
    table.add_column("", ratio=1, min_width=10)
    for depth, one in tree(spans):
        began, ended = one.began - first, one.ended - first
        table.add_row(
            f"{' ' * depth}{one.name}",
            one.process.removesuffix("-all"),
            _ms(began),
            _ms(ended - began),
            Bar(last - first, began, ended),
        )
    at = datetime.fromtimestamp(first / NANOSECONDS).astimezone()
    processes = {one.process for one in spans}
    console.print(f"[bold]Trace {spans[0].trace}[/]", soft_wrap=True)
    console.print(f"{at:%Y-%m-%d %H:%M:%S}, {len(spans)} spans of {len(processes)} processes\n")
    console.print(table)


def _ms(nanoseconds: int) -> str:
    return f"{nanoseconds / 1_000_000:,.1f} ms"
