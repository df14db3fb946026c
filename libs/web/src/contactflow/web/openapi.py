"""The public part of a service as an OpenAPI document with the house's conventions."""

import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from fastapi import FastAPI

from contactflow.web.examples import example
from contactflow.web.principals import INTERNAL_SCOPE, PUBLIC_SCOPE, SESSION_SCOPE, VISITOR_SCOPE
from contactflow.web.security import in_a_transaction, scopes

Document = dict[str, Any]

REFERENCE: Final = re.compile('"#/components/schemas/([^"]+)"')
SCHEMES: Final = {
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key of one workspace: `Authorization: Bearer cf_live_...`",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-cf_session",
        "description": "Somebody logged in; changes need an allowed `Origin` as well.",
    },
    "visitor": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that a visitor was given: of a chat session, or of their own "
        "rights request.",
    },
}
PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; see /problems for all of them."},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "format": "json-pointer"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
    "examples": [
        {
            "type": "/problems#not_found",
            "title": "Not found",
            "status": 404,
            "detail": "It is not there, or it is not yours.",
            "code": "not_found",
            "request_id": "01936f2e7c0070008000000000000042",
        }
    ],
}
REFUSAL: Final = {
    "description": "A problem (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "The same key within 24 hours has one effect; a replay shows the resource.",
    "example": "7c9f2d1e-1f0a-4b53-9d1e-3f5b6a7c8d9e",
}


class Operation(NamedTuple):
    """One method of one path, as the document says it."""

    method: str
    path: str
    said: Document


def document(app: FastAPI) -> Document:
    """What `app` offers to the public: internal routes are left out.

    Adds what the conventions have in common: security by declared scope, problems, examples,
    Idempotency-Key.
    """
    whole: Document = app.openapi()
    needs = {(method.lower(), path): wanted for method, path, wanted in scopes(app)}
    internal = {path for (_, path), wanted in needs.items() if INTERNAL_SCOPE in wanted}
    whole["paths"] = {path: one for path, one in whole["paths"].items() if path not in internal}
    schemas = whole.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    whole["components"]["securitySchemes"] = SCHEMES
    once = {("post", path) for method, path in in_a_transaction(app) if method == "POST"}
    for one in operations(whole):
        _secure(one.said, needs[one.method, one.path])
        _complete(one.said, schemas)
        if (one.method, one.path) in once:
            one.said.setdefault("parameters", []).append(KEY)
    used = _named(whole["paths"], schemas)
    for name in schemas.keys() - used:
        del schemas[name]
    return whole


def operations(whole: Document) -> Iterator[Operation]:
    """Every operation of a document."""
    for path, methods in whole["paths"].items():
        for method, said in methods.items():
            yield Operation(method, path, said)


def _named(part: Any, schemas: Mapping[str, Document]) -> set[str]:
    """Of the schemas, those that a part of the document refers to, and those that they refer to."""
    found, new = set[str](), {*REFERENCE.findall(json.dumps(part))}
    while new:
        found |= new
        new = {*REFERENCE.findall(json.dumps([schemas[name] for name in new]))} - found
    return found


def _secure(said: Document, needs: frozenset[str]) -> None:
    wanted = sorted(needs - {PUBLIC_SCOPE, VISITOR_SCOPE, SESSION_SCOPE, "unauthenticated"})
    if not wanted:
        ours = sorted(needs & {VISITOR_SCOPE, SESSION_SCOPE})
        said["security"] = [{name: []} for name in ours] or [{}]
        return
    said["security"] = [{"api_key": []}, {"session": []}]
    note = f"Needs the scope {', '.join(f'`{one}`' for one in wanted)}."
    said["description"] = f"{said['description']}\n\n{note}" if "description" in said else note


def _complete(said: Document, schemas: Mapping[str, Document]) -> None:
    said["responses"].pop("422", None)
    for status, answer in said["responses"].items():
        answer["description"] = HTTPStatus(int(status)).phrase
    for content in _contents(said):
        if "schema" in content and "example" not in content and "examples" not in content:
            content["example"] = example(content["schema"], schemas)
    said["responses"]["default"] = REFUSAL


def _contents(said: Document) -> Iterator[Document]:
    bodies = [said.get("requestBody", {}), *said["responses"].values()]
    return (body["content"][JSON] for body in bodies if JSON in body.get("content", {}))


JSON: Final = "application/json"
