"""Which value of a request is said to be wrong."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from contactflow.web import Shape
from contactflow.web.fields import faults


class Pole(Shape):
    kind: Literal["pole"]
    height: Annotated[int, Field(ge=1)]


class Gate(Shape):
    kind: Literal["gate"]
    poles: tuple[Pole, ...]
    name: str


Part = Annotated[Pole | Gate, Field(discriminator="kind")]
PARTS: TypeAdapter[list[Part]] = TypeAdapter(list[Part])


@pytest.mark.parametrize(
    ("part", "pointer", "code"),
    [
        ({"kind": "pole"}, "/0/height", "missing"),
        ({"kind": "pole", "height": 0}, "/0/height", "out_of_range"),
        ({"kind": "gate", "poles": [{"kind": "pole"}], "name": ""}, "/0/poles/0/height", "missing"),
        ({"kind": "gate", "poles": [], "note": "name"}, "/0/name", "missing"),
        ({"kind": "tree"}, "/0/kind", "not_allowed"),
        ({"height": 1}, "/0/kind", "missing"),
        ([], "/0", "wrong_type"),
    ],
)
def test_what_is_wrong_in_one_of_several_shapes_is_where_it_was_written(
    part: Any, pointer: str, code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        PARTS.validate_python([part])

    errors = [{**one, "loc": ("body", *one["loc"])} for one in refused.value.errors()]
    told = {(one["pointer"], one["code"]) for one in faults(errors, "en", [part])}
    assert (pointer, code) in told


def test_a_header_is_named() -> None:
    errors = [{"type": "int_parsing", "loc": ("header", "Last-Event-ID")}]

    [one] = faults(errors, "en")

    assert (one["pointer"], one["code"]) == ("/Last-Event-ID", "wrong_format")
