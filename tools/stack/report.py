"""What the person at the terminal sees."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console
from rich.table import Table

from tools.stack.processes import last_words
from tools.stack.state import Part

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
    for heading in ("part", "address", "pid", "state"):
        table.add_column(heading)
    ill = []
    for part, wrong in found:
        said = f"[red]{wrong}[/]" if wrong else "[green]well[/]"
        table.add_row(part.name, part.url, str(part.process.pid), said)
        ill += [part] if wrong else []
    console.print(table)
    for part in ill:
        console.print(f"\n[bold]{part.name}[/], the end of {part.log}:", soft_wrap=True)
        console.out(last_words(part.log) or "(nothing)")
    return not ill
