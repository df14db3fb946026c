"""What the merged OpenAPI says: every operation, and what a request to it takes."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from contactflow.web.openapi import operations
from tools.generate_openapi import TARGET

Json = dict[str, Any]
ID: Final = re.compile(r"\^([a-z]+)_\[0-7\]")
SCOPES: Final = re.compile(r"Needs the scope (.*)\.")
JSON: Final = "application/json"


@dataclass(frozen=True)
class Route:
    """One operation. Ids are told by their prefix: `con` of `con_01...`."""

    method: str
    path: str
    said: Json

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_for_anybody(self) -> bool:
        """Whether it asks for no account: visitors show a token of their own, if any."""
        return not {"api_key", "session"} & {name for one in self.said["security"] for name in one}

    @property
    def takes_keys(self) -> bool:
        """Whether an API key may call it."""
        return {"api_key": []} in self.said["security"]

    @property
    def scopes(self) -> frozenset[str]:
        """What a caller needs."""
        found = SCOPES.search(self.said.get("description", ""))
        return frozenset(one.strip("` ") for one in found[1].split(",")) if found else frozenset()

    @property
    def ids(self) -> Mapping[str, str]:
        """Prefixes of the ids in the path, by parameter."""
        return dict(self._ids("path"))

    @property
    def filters(self) -> Mapping[str, str]:
        """Prefixes of the ids in the query, by parameter."""
        return dict(self._ids("query"))

    @property
    def body(self) -> Any:
        """The example of a request's body; None where there is none."""
        return self._content.get("example")

    @property
    def body_ids(self) -> Mapping[str, str]:
        """Prefixes of the ids in the body, by property."""
        schema = resolved(self._content.get("schema", {}))
        return {
            name: found[1]
            for name, one in schema.get("properties", {}).items()
            if (found := ID.search(json.dumps(one)))
        }

    @property
    def is_a_list(self) -> bool:
        """Whether it is walked with a cursor."""
        return "cursor" in {one["name"] for one in self.said.get("parameters", ())}

    @property
    def needs_a_version(self) -> bool:
        """Whether it wants If-Match."""
        return "If-Match" in {one["name"] for one in self.said.get("parameters", ())}

    def at(self, ids: Mapping[str, str]) -> str:
        """The path with these ids, by prefix. Raises KeyError if one is missing."""
        return self.path.format(**{name: ids[prefix] for name, prefix in self.ids.items()})

    def _ids(self, place: str) -> Iterator[tuple[str, str]]:
        for one in self.said.get("parameters", ()):
            found = ID.search(json.dumps(one["schema"]))
            if one["in"] == place and found:
                yield one["name"], found[1]

    @property
    def _content(self) -> Json:
        found: Json = self.said.get("requestBody", {}).get("content", {}).get(JSON, {})
        return found


@cache
def document() -> Json:
    """As the gateway serves it."""
    read: Json = json.loads(TARGET.read_text("utf-8"))
    return read


def routes() -> list[Route]:
    """Every operation."""
    return [Route(one.method.upper(), one.path, one.said) for one in operations(document())]


def with_an_id() -> list[Route]:
    """Those about one resource."""
    return [one for one in routes() if "{" in one.path]


def secured() -> list[Route]:
    """Those that ask who it is."""
    return [one for one in routes() if not one.is_for_anybody]


def lists() -> list[Route]:
    """Those that are walked."""
    return [one for one in routes() if one.is_a_list]


def resolved(schema: Json) -> Json:
    """The schema itself, where it is a reference."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Json = document()["components"]["schemas"][name] if name else schema
    return found
