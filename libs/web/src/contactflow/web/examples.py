"""An example for every schema, from the examples of its fields."""

from collections.abc import Mapping
from typing import Any, Final

EMPTY: Final = "string"
PLAIN: Final = {"string": EMPTY, "integer": 1, "number": 1.0, "boolean": True, "null": None}
FORMATS: Final = {"date-time": "2026-11-21T12:00:00Z", "uri": "https://example.com"}


def example(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """The schema's own example; else one made of its parts, the first of several choices."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "examples" in schema:
        return schema["examples"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example(schema[several][0], schemas)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    return _of_type(schema, schemas)


def _of_type(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return {name: example(one, schemas) for name, one in schema.get("properties", {}).items()}
    if kind == "array":
        several = schema.get("prefixItems") or [schema.get("items", {})]
        return [example(one, schemas) for one in several]
    return FORMATS.get(schema.get("format", ""), PLAIN.get(str(kind)))
