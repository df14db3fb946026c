"""What the person at the terminal sees: what happens, what is claimed, what shows it."""

from collections.abc import Iterable, Sequence
from itertools import count

from rich.console import Console
from rich.table import Table

console = Console(highlight=False)


class Show:
    """Counts the claims that did not hold."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self._acts = count(1)

    def act(self, title: str) -> None:
        """Something new begins."""
        console.print(f"\n[bold]{next(self._acts)}. {title}[/]")

    def said(self, who: str, text: str, note: str = "") -> None:
        """A line of a conversation."""
        console.print(f"  [cyan]{who:>8}[/]  ", end="")
        console.out(text, end=f"  ({note})\n" if note else "\n")

    def claim(self, what: str, evidence: str, *, holds: bool) -> None:
        """A claim, whether it holds, and what was looked at."""
        mark = "[green]✓[/]" if holds else "[red]✗[/]"
        console.print(f"  {mark} {what} [dim]-[/] ", end="")
        console.out(evidence)
        if not holds:
            self.failed.append(what)

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Rows as they were found."""
        table = Table(box=None, padding=(0, 2, 0, 2), header_style="dim")
        for heading in headings:
            table.add_column(heading, overflow="fold")
        for row in rows:
            table.add_row(*row)
        console.print(table)
