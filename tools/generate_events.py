"""Write docs/events.md and docs/topics.json from the declarations in libs/events.

    python -m tools.generate_events [--check]

With --check nothing is written: it fails when the files say something else than the code.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from contactflow.events import Event, Topic, events, topics

ROOT = Path(__file__).parent.parent
HEAD = """\
# Events

Generated from `libs/events` by `make docs`; do not edit.

Services tell each other facts over Kafka as CloudEvents 1.0 in binary mode: the body is the JSON
below, everything else is in headers (`ce_id`, `ce_type`, `ce_source`, `ce_subject`, `ce_time`,
`ce_workspaceid`, `ce_aggregateversion`, `ce_causationid`, `traceparent`). The record's key is
`ce_subject`, the aggregate's id. No event says anything about a person: ids, counts, times, enums.
Fields may be added to an event if they are optional; anything else is a new event. Consumers ignore
what they do not know, and apply an event once by its `ce_id`.
"""


def main(arguments: list[str]) -> int:
    """0 when the files are, or now are, as the code says."""
    stale = [path for path, text in generated().items() if not is_fresh(path, text)]
    if "--check" not in arguments:
        for path, text in generated().items():
            path.write_text(text)
        return 0
    for path in stale:
        print(f"{path.relative_to(ROOT)} is stale: run `make docs`.")
    return bool(stale)


def generated() -> dict[Path, str]:
    return {
        ROOT / "docs/events.md": "\n".join(page()),
        ROOT / "docs/topics.json": json.dumps([*listed()], indent=2) + "\n",
    }


def is_fresh(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


def page() -> Iterator[str]:
    yield HEAD
    yield "## Topics\n"
    yield "| topic | published by | partitions | kept |\n|---|---|---|---|"
    for topic in topics():
        yield f"| `{topic.name}` | {topic.owner} | {topic.partitions} | {kept(topic)} |"
    yield "\nEach has a compacted `<topic>.dlq` beside it, for what somebody could not apply.\n"
    for topic in topics():
        yield f"## {topic.name}\n"
        for event in (one for one in events() if one.topic == topic):
            yield from described(event)


def described(event: type[Event]) -> Iterator[str]:
    yield f"### `{event.type}`\n"
    yield " ".join((event.__doc__ or "").split()) + "\n"
    yield "| field | |\n|---|---|"
    for name, field in event.model_fields.items():
        optional = "" if field.is_required() else ", optional"
        yield f"| `{name}` | {kind(field.annotation)}{optional} |"
    yield ""


def kind(annotation: Any) -> str:
    """A field's type in words."""
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(f"`{one}`" for one in get_args(annotation))
    if get_origin(annotation) is tuple:
        return f"list of: {kind(get_args(annotation)[0])}"
    return {UUID: "UUID", int: "integer", bool: "boolean"}.get(annotation, str(annotation))


def kept(topic: Topic) -> str:
    return "for ever" if topic.keep is None else f"{topic.keep.days} days"


def listed() -> Iterator[dict[str, Any]]:
    """What an operator has to create."""
    for topic in topics():
        keep = -1 if topic.keep is None else int(topic.keep.total_seconds() * 1000)
        own = {"cleanup.policy": "delete", "retention.ms": keep}
        yield {"name": topic.name, "partitions": topic.partitions, "config": own}
        letters = {"cleanup.policy": "compact"}
        yield {"name": topic.dead_letters, "partitions": topic.partitions, "config": letters}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
