"""`audit verify`: a line for each workspace, and an exit code."""

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from contactflow.kernel import encode
from contactflow.privacy.audit.command import AUDIT
from contactflow.privacy.settings import PrivacySettings
from contactflow.runtime import Platform
from contactflow.testing.database import Engines, fresh_database
from contactflow.testing.postgres import Postgres
from services.privacy.tests.audit.conftest import Record, Tamper


@pytest.fixture
async def engines(postgres: Postgres) -> AsyncIterator[Engines]:
    """Of this test alone: the command looks at everything."""
    async with fresh_database(postgres, "privacy", "migrations") as engines:
        yield engines


def asked(*arguments: str) -> Namespace:
    parser = ArgumentParser()
    AUDIT.add_arguments(parser)
    return parser.parse_args(arguments)


async def test_it_names_the_first_broken_entry_and_the_end_of_what_is_whole(
    on: Platform[PrivacySettings],
    note: Record,
    tamper: Tamper,
    capsys: pytest.CaptureFixture[str],
    workspace_id: UUID,
    other_workspace_id: UUID,
) -> None:
    assert await AUDIT.run(on, asked("verify")) == 0
    for _ in range(3):
        await note()
        await note(other_workspace_id)
    assert await AUDIT.run(on, asked("verify")) == 0
    whole = capsys.readouterr().out

    await tamper("UPDATE audit_entries SET actor = 'public' WHERE seq = 2 AND MINE")

    assert await AUDIT.run(on, asked("verify")) == 1
    broken = capsys.readouterr().out.splitlines()
    assert whole.count("3 entries, as they were written; the last is ") == 2
    assert f"{encode('ws', workspace_id)}: entry 2 is changed" in broken
    assert len(broken) == 2


def test_it_has_to_be_told_what_to_do() -> None:
    with pytest.raises(SystemExit):
        asked()
