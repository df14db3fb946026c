"""What is wrong with which value of a request, without repeating the value."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from contactflow.kernel import ContactFlowError, Locale
from contactflow.web import catalogue

CODES: Final = {
    "extra_forbidden": "unknown_field",
    "missing": "missing",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "literal_error": "not_allowed",
    "union_tag_invalid": "not_allowed",
    "union_tag_not_found": "missing",
    "enum": "not_allowed",
    "string_pattern_mismatch": "wrong_format",
}
"""Ours, by pydantic's. Other types ending in `_type` are wrong_type, in `_parsing` wrong_format."""

PLAIN: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def faults(
    errors: Iterable[Mapping[str, Any]], locale: Locale, body: object = None
) -> list[dict[str, str]]:
    """Pointer (RFC 6901), code and detail of each, once; of what holds a wrong value, nothing.

    Endpoints and dependencies may both have read the body, and a list lacks what is wrong in it.
    """
    several = [*errors]
    holders = {one["loc"][:end] for one in several for end in range(len(one["loc"]))}
    wrong = (one for one in several if one["loc"] not in holders)
    coded = dict.fromkeys((_pointer(one, body), _code(one)) for one in wrong)
    words = catalogue.fields()
    return [
        {"pointer": pointer, "code": code, "detail": words[code][locale]} for pointer, code in coded
    ]


def _pointer(error: Mapping[str, Any], body: object) -> str:
    """An unknown field is named only if its name looks like one: it is the caller's text.

    A header is named as a parameter of the query is: its name is ours.
    """
    where, *location = error["loc"]
    if where == "header":
        return f"/{location[0]}"
    missing = [location.pop()] if location and error["type"] == "missing" else []
    parts = [str(part) for part in (*_untagged(location, body), *missing)]
    if discriminator := error.get("ctx", {}).get("discriminator"):
        parts.append(discriminator.strip("'"))
    return "".join(f"/{part}" for part in parts if part.isdecimal() or PLAIN.fullmatch(part))


def _untagged(location: Iterable[str | int], body: Any) -> Iterator[str | int]:
    """Pydantic names which of several shapes it took: by a value of the object, not by a key."""
    for part in location:
        if isinstance(body, dict):
            if part not in body and part in body.values():
                continue
            body = body.get(part)
        else:
            body = body[part] if isinstance(body, list) and isinstance(part, int) else None
        yield part


def _code(error: Mapping[str, Any]) -> str:
    kind: str = error["type"]
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, ContactFlowError) and cause.code in catalogue.fields():
        return cause.code
    if kind in CODES:
        return CODES[kind]
    return {"type": "wrong_type", "parsing": "wrong_format"}.get(kind.rpartition("_")[2], "invalid")
