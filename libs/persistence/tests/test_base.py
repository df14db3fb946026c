"""The rules of a row, without a database."""

from datetime import datetime
from uuid import UUID

import pytest

from contactflow.kernel import StaleError
from libs.persistence.tests.things import Piece, Thing


def test_an_event_is_a_new_version(workspace_id: UUID, at: datetime) -> None:
    thing = Thing.make(workspace_id, at)
    thing.tell(at, thing.id)

    told = [(event.model_dump()["others"], version) for event, version, _ in thing.recorded()]
    assert told == [((), 1), ((thing.id,), 2)]
    assert (thing.version, thing.updated_at) == (2, at)


def test_an_event_is_told_once(workspace_id: UUID, at: datetime) -> None:
    thing = Thing.make(workspace_id, at)

    thing.recorded()

    assert thing.recorded() == []


def test_only_who_has_read_the_newest_version_may_go_on(workspace_id: UUID, at: datetime) -> None:
    thing = Thing.make(workspace_id, at)

    for fresh in (1, {1, 7}, None):
        thing.expect(fresh)
    for stale in (0, 2, {2, 7}, set[int]()):
        with pytest.raises(StaleError):
            thing.expect(stale)


def test_a_reference_is_composite_indexed_and_goes_with_its_parent() -> None:
    table = Piece.metadata.tables["pieces"]
    [key], [index] = table.foreign_key_constraints, table.indexes

    assert key.column_keys == ["workspace_id", "thing_id"] == index.columns.keys()
    assert key.ondelete == "CASCADE"
