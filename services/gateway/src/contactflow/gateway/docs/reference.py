"""The API as a page for people, made from the document for programs."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final, NamedTuple

from contactflow.web.openapi import Document, operations

JSON: Final = "application/json"


class Entry(NamedTuple):
    """One operation, ready to be read."""

    method: str
    path: str
    id: str
    tag: str
    said: Document

    @property
    def title(self) -> str:
        summary: str = self.said["summary"]
        return summary.capitalize()


def entries(whole: Document) -> list[Entry]:
    return [
        Entry(one.method, one.path, one.said["operationId"], one.said["tags"][0], one.said)
        for one in operations(whole)
    ]


def contents(whole: Document) -> str:
    """What there is, by topic."""
    lists = (
        f"<h2>{escape(tag.capitalize())}</h2><ul>{''.join(_line(one) for one in several)}</ul>"
        for tag, several in _by_tag(whole).items()
    )
    return "".join(lists)


def body(whole: Document) -> str:
    """Every operation, by topic."""
    return "".join(
        f"<section><h2>{escape(tag.capitalize())}</h2>"
        f"{''.join(_article(one) for one in several)}</section>"
        for tag, several in _by_tag(whole).items()
    )


def _by_tag(whole: Document) -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for one in entries(whole):
        found.setdefault(one.tag, []).append(one)
    return found


def _line(one: Entry) -> str:
    return f'<li><a href="#{escape(one.id)}">{escape(one.title)}</a></li>'


def _article(one: Entry) -> str:
    parts = (_head(one), _text(one), _parameters(one), *_examples(one))
    return f'<article id="{escape(one.id)}">{"".join(parts)}</article>'


def _head(one: Entry) -> str:
    return (
        f"<h3>{escape(one.title)}</h3>"
        f'<p class="call"><span class="method {escape(one.method)}">{escape(one.method.upper())}'
        f"</span> <code>{escape(one.path)}</code></p>"
    )


def _text(one: Entry) -> str:
    paragraphs = one.said.get("description", "").split("\n\n")
    return "".join(f"<p>{_coded(text)}</p>" for text in paragraphs if text)


def _coded(text: str) -> str:
    """Words between backticks are code."""
    pieces = escape(text).split("`")
    return "".join(
        f"<code>{piece}</code>" if place % 2 else piece for place, piece in enumerate(pieces)
    )


def _parameters(one: Entry) -> str:
    rows = "".join(_row(parameter) for parameter in one.said.get("parameters", []))
    return f'<div class="wide"><table>{rows}</table></div>' if rows else ""


def _row(parameter: Mapping[str, Any]) -> str:
    where = parameter["in"] + ("" if parameter.get("required") else "?")
    about = parameter.get("description", "")
    return (
        f'<tr><th scope="row"><code>{escape(parameter["name"])}</code></th>'
        f"<td>{escape(where)}</td><td>{_coded(about)}</td></tr>"
    )


def _examples(one: Entry) -> Iterator[str]:
    asked = one.said.get("requestBody", {}).get("content", {}).get(JSON)
    if asked:
        yield f"<figure><figcaption>Request</figcaption>{_shown(asked)}</figure>"
    for status, answer in one.said["responses"].items():
        if status == "default":
            continue
        shown = _shown(answer["content"][JSON]) if JSON in answer.get("content", {}) else ""
        caption = f"{status} {answer['description']}"
        yield f"<figure><figcaption>{escape(caption)}</figcaption>{shown}</figure>"


def _shown(content: Mapping[str, Any]) -> str:
    written = json.dumps(content["example"], indent=2, ensure_ascii=False)
    return f'<pre tabindex="0">{escape(written)}</pre>'
