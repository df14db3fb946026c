"""What every public API of the house keeps to; a service's tests say `assert not breaches(app)`."""

import json
import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from contactflow.kernel import ContactFlowError, NotFoundError
from contactflow.web import catalogue
from contactflow.web.examples import EMPTY
from contactflow.web.openapi import Operation, document, operations

PATH = re.compile(
    r"(/v1(/[a-z][a-z0-9-]*|/\{[a-z_]+\})+|/[a-z.-]+(/\{[a-z_]+\})?|/\.well-known/[a-z.-]+)"
)
ELSEWHERE = (  # no HTTP there
    "contactflow.messaging",
    "contactflow.runtime.settings",
    "contactflow.ai",
)
NO_NUMBER = re.compile('"(date-time|boolean)"')
METHODS = {"get", "post", "put", "patch", "delete"}


def breaches(app: FastAPI) -> list[str]:
    """Whatever does not keep to the conventions, a line each."""
    whole = document(app)
    found, schemas = [*operations(whole)], whole["components"]["schemas"]
    lines = [
        f"{one.method} {one.path}: {line}"
        for one in found
        for line in (*_wrong(one, app), *_wrong_bodies(one, app, schemas))
    ]
    ids = [one.said["operationId"] for one in found]
    lines += [f"{one} is the id of several operations" for one in {*ids} if ids.count(one) > 1]
    return lines + [f"no words for the code {one}" for one in sorted(codes_without_words())]


def codes_without_words() -> set[str]:
    """Codes of errors in this process that the catalogue does not know."""
    told = (
        one
        for one in _all(ContactFlowError)
        if not issubclass(one, NotFoundError) and not one.__module__.startswith(ELSEWHERE)
    )
    return {one.code for one in told} - catalogue.problems().keys()


def _wrong(one: Operation, app: FastAPI) -> Iterator[str]:
    function = _function(one, app)
    if function is None:
        yield "its id is not the name of its function"
    if one.said.get("summary") == one.said["operationId"].replace("_", " ").title():
        yield "nobody wrote its summary"
    if len(one.said.get("tags", [])) != 1:
        yield "it has not exactly one tag"
    if "security" not in one.said:
        yield "it does not say who may call it"
    if one.method not in METHODS or not PATH.fullmatch(one.path):
        yield "its path is not /v1/kebab-case/{id}"
    yield from _wrong_examples(one.said, function)


def _function(one: Operation, app: FastAPI) -> Dependant | None:
    functions = {route.name: route.dependant for route in iter_route_contexts(app.routes)}
    return functions.get(one.said["operationId"])


def _wrong_bodies(one: Operation, app: FastAPI, schemas: dict[str, Any]) -> Iterator[str]:
    """What pydantic takes and the schema does not say: to it, 1 is true and a second of 1970."""
    function = _function(one, app)
    if function is None:
        return
    for content in _contents({**one.said, "responses": {}}):
        schema = schemas.get(content["schema"].get("$ref", "").rpartition("/")[2], {})
        for name, field in schema.get("properties", {}).items():
            said = {**content.get("example", {}), name: 1}
            if NO_NUMBER.search(json.dumps(field)) and _is_taken(said, function):
                yield f"a number may be its {name}"


def _wrong_examples(said: dict[str, Any], function: Dependant | None) -> Iterator[str]:
    if any(_no_example(content) for content in _contents(said)):
        yield "it has no example"
    if any(f'"{EMPTY}"' in json.dumps(content.get("example")) for content in _contents(said)):
        yield "its example says nothing"
    if function and not _may_be_sent(said.get("requestBody", {}), function):
        yield "its example is no request that is in order"


def _may_be_sent(body: dict[str, Any], function: Dependant) -> bool:
    """Whether the example is one that whoever reads it may copy."""
    examples = [
        content["example"] for content in body.get("content", {}).values() if "example" in content
    ]
    return all(_is_taken(given, function) for given in examples)


def _is_taken(body: Any, function: Dependant) -> bool:
    return not any(one.validate(body)[1] for one in function.body_params)


def _contents(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for body in (said.get("requestBody", {}), *said["responses"].values()):
        yield from (c for kind, c in body.get("content", {}).items() if kind == "application/json")


def _no_example(content: dict[str, Any]) -> bool:
    return "example" not in content and "examples" not in content


def _all(kind: type[ContactFlowError]) -> Iterator[type[ContactFlowError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _all(one)
