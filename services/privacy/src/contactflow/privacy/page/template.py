"""The page as a template: its HTML, and the parts that follow from what there is."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, get_args

from contactflow.events.erasures import PARTICIPANTS
from contactflow.privacy.page.words import words
from contactflow.privacy.requests.model import ReasonCode

HTML: Final = files(__package__) / "page.html"
ICONS: Final[Mapping[str, str]] = {
    "status_verifying_identity": "person",
    "status_discovering": "search",
    "status_awaiting_approval": "scales",
    "status_executing": "erase",
    "status_verifying_erasure": "search",
    "status_completed": "check",
    "status_refused": "cross",
    "status_cancelled": "cross",
    "mark_overdue": "alarm",
    "mark_due_soon": "clock",
    "mark_stalled": "pause",
    "mark_extended": "plus",
    "mark_restricted": "lock",
}
"""What can be said of a request, by its word: never by a colour alone."""


@cache
def template() -> str:
    """With a place for every word that the script may need: it has none of its own."""
    html = HTML.read_text("utf-8")
    parts = {
        "marks": map(_mark, ICONS),
        "parts": map(_part, PARTICIPANTS),
        "reasons": (
            f'<option value="{one}">$reason_{one}</option>' for one in get_args(ReasonCode)
        ),
        "why": (
            f'<span data-is="{one}" hidden>$reason_{one}</span>' for one in get_args(ReasonCode)
        ),
        "words": (f'<data value="{name}">${name}</data>' for name in words("en")),
    }
    for name, several in parts.items():
        html = html.replace(f"<!-- {name} -->", "".join(several))
    return html


def _mark(word: str) -> str:
    kind, _, what = word.partition("_")
    icon = f'<svg class="icon"><use href="#i-{ICONS[word]}"></use></svg>'
    return f'<li class="{kind} {what}" data-is="{what}" hidden>{icon}${word}</li>'


def _part(name: str) -> str:
    said = f'<span role="status"><span class="unseen">$matrix_{name}: </span>'
    return (
        f'<tr data-part="{name}">'
        f'<th scope="row">$matrix_{name}<span data-text="tables"></span></th>'
        '<td><span class="track" aria-hidden="true"><i></i><i></i><i></i></span>'
        f'{said}<span data-text="state"></span></span></td>'
        '<td class="number" data-text="rows"></td></tr>'
    )
