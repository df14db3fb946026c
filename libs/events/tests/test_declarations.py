"""What every event and topic keeps to."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import ValidationError

from contactflow.events import REGISTRY, DeclarationError, Event, Topic, events, topics
from contactflow.events.base import says_nothing_personal
from contactflow.kernel import new_id

SERVICES = {"chat", "crm", "gateway", "privacy", "voice"}


class Colour(StrEnum):
    RED = "red"


def test_there_are_events() -> None:
    assert len(events()) >= 11
    assert len(topics()) >= 4


@pytest.mark.parametrize("event", events(), ids=lambda event: event.type)
def test_an_event_has_a_name_a_sentence_and_only_harmless_fields(event: type[Event]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", event.type)
    assert (event.__doc__ or "").strip().endswith(".")
    for field in event.model_fields.values():
        assert says_nothing_personal(field.annotation)


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.name)
def test_a_topic_belongs_to_one_service_and_one_aggregate(topic: Topic) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", topic.name)
    assert topic.owner in SERVICES
    assert topic.partitions == 6
    assert topic.keep is None or timedelta(days=7) <= topic.keep < timedelta(days=30)


def test_what_opens_a_workspace_is_kept_for_ever() -> None:
    assert REGISTRY["workspace.created"].topic.keep is None


@pytest.mark.parametrize(
    "harmless",
    [UUID, int, bool, datetime, Literal["a"], Colour, UUID | None, tuple[Literal["a"], ...]],
)
def test_ids_counts_times_and_enums_can_be_declared(harmless: Any) -> None:
    assert says_nothing_personal(harmless)


@pytest.mark.parametrize(
    "telling",
    [str, bytes, float, Any, object, dict[str, int], list[str], tuple[str, ...], str | None],
)
def test_a_field_that_may_hold_text_can_not_be_declared(telling: Any) -> None:
    with pytest.raises(DeclarationError, match="note"):
        declare("test.telling", note=telling)
    assert "test.telling" not in REGISTRY


def test_an_event_is_declared_once() -> None:
    with pytest.raises(DeclarationError, match="twice"):
        declare("contact.created")


def declare(name: str, **fields: Any) -> None:
    said: Any = {"type": name, "topic": Topic("test.declared")}
    type("Declared", (Event,), {"__annotations__": fields}, **said)


def test_an_event_is_frozen_and_takes_no_more_than_it_says() -> None:
    created = REGISTRY["contact.created"]
    with pytest.raises(ValidationError):
        created.model_validate({"contact_id": new_id(), "phone": "+33612345678"})
    event = created.model_validate({"contact_id": new_id()})
    with pytest.raises(ValidationError):
        event.contact_id = new_id()  # type: ignore[attr-defined]
