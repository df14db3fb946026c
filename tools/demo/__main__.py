"""The demonstration: python -m tools.demo. Exits with 1 when a claim does not hold."""

import sys
from typing import Any

import httpx

from tools.demo.acts import ACTS
from tools.demo.play import Person, Play
from tools.demo.show import Show, console
from tools.demo.stage import TooLateError, a_visitor, an_officer, staff
from tools.stack import __main__ as stack
from tools.stack.state import load


def main() -> int:
    if wrong := stack.main(["up"]):
        return wrong
    show, described, person = Show(), load(), Person()
    with (
        staff(described) as colleague,
        an_officer(described) as officer,
        a_visitor(described, "en", **person.claims) as visitor,
    ):
        play = Play(show, described, person, colleague, officer, visitor)
        for act in ACTS:
            try:
                act(play)
            except (TooLateError, httpx.HTTPError) as error:
                show.claim("It goes on", f"{type(error).__name__}: {error}", holds=False)
                break
    return closing(show, described)


def closing(show: Show, described: dict[str, Any]) -> int:
    """Where to go from here."""
    demo, gateway = described["demo"], described["gateway_url"]
    console.print(f"\n[bold]Try it yourself[/]\n  Chat page      {described['chat_page_url']}")
    console.print(f"  API reference  {described['docs_url']}")
    console.print(f"  Log in as      {demo['email']}  {demo['password']}")
    console.print(f"  API key        {demo['api_key']}")
    console.out(f"  curl -H 'Authorization: Bearer {demo['api_key']}' {gateway}/v1/contacts")
    if show.failed:
        console.print(f"\n[red]{len(show.failed)} claims did not hold:[/] {'; '.join(show.failed)}")
        return 1
    console.print("\n[green]Every claim held.[/]")
    return 0


if __name__ == "__main__":
    sys.exit(main())
