"""One request about one person, and what must be true of it in the end, whoever died on the way."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final
from uuid import UUID

import asyncpg

from contactflow.erasure.belongings import NAME
from contactflow.erasure.receipts import verify
from contactflow.events.erasures import (
    ERASURES,
    PARTICIPANTS,
    ErasureCompleted,
    ErasureParticipantCompleted,
)
from contactflow.kernel import decode
from contactflow.messaging.envelope import fact, said
from contactflow.testing.waiting import until
from tests.chaos.erasure.lives import Life
from tests.e2e.erasure.rights import Officer

DONE: Final = "SELECT action FROM audit_entries WHERE request_id = $1"
OURS: Final = """
    SELECT (SELECT count(*) FROM rights_dossiers WHERE id = $1)
         + (SELECT count(*) FROM rights_answers WHERE id = $1)
"""
ACTS: Final = ("received", "verified", "discovered", "approved", "round_requested", "completed")
"""What is done to a request, each once."""


@dataclass
class Erasure:
    """`id` is the request's, as the API says it; `counts` what it was previewed to delete."""

    officer: Officer
    life: Life
    id: str
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def request_id(self) -> UUID:
        """As the services say it."""
        return decode("rr", self.id)

    async def previewed(self) -> None:
        """Wait until somebody may approve it."""
        await self.officer.until(self.id, "awaiting_approval")
        self.counts = (await self.officer.get(self.id, "/preview"))["counts"]

    async def approved(self) -> None:
        """Approve it."""
        await self.officer.approve(self.id)

    async def ended(self) -> None:
        """Wait until it is completed, and until everybody has been told, the person too."""

        async def is_announced() -> bool:
            return (await self._announced())[0] > 0

        await self.officer.until(self.id, "completed")
        await until(is_announced, longest=30)
        await until(self._answers, longest=30)

    async def is_once(self) -> None:
        """Assert that nobody's row is left, and that it was done, proved and told once."""
        deleted, mails = await self._proved(), self._answers()
        found = {
            "left": {name: rows for name, rows in (await self.life.held()).items() if rows},
            "acts": await self._acts(),
            "answers": len({one["Message-ID"] for one in mails}),
            "deleted": {name: _rows(of) for name, of in deleted.items()},
            "announced": await self._announced(),
        }
        rounds = {(name, 1, sum(deleted[name].values())) for name in PARTICIPANTS}
        assert found == {
            "left": {},
            "acts": dict.fromkeys(ACTS, 1),
            "answers": 1,
            "deleted": self.counts,
            "announced": (1, rounds),
        }, found

    async def is_forgotten(self) -> bool:
        """Whether privacy has nothing of the person any more, the answer's address neither."""
        database = await asyncpg.connect(self.life.house.database("privacy"))
        try:
            return not await database.fetchval(OURS, self.request_id)
        finally:
            await database.close()

    def _answers(self) -> list[EmailMessage]:
        mails = self.life.house.mail.mails(self.life.addresses[0])
        return [one for one in mails if any(one.iter_attachments())]

    async def _proved(self) -> dict[str, dict[str, int]]:
        """What the one receipt says was deleted, by service; it is valid, and nothing was left."""
        receipt = await self.officer.get(self.id, "/receipt")
        keys = await self.officer.http.get("/.well-known/contactflow-keys.json")
        verify(receipt, keys.raise_for_status().json())
        parts = {one["name"]: one for one in receipt["payload"]["participants"]}
        assert all(one["residue"] == 0 for one in parts.values()), parts
        return {name: one["deleted"] for name, one in parts.items()}

    async def _acts(self) -> dict[str, int]:
        """Of the audit ledger: how often what was done."""
        database = await asyncpg.connect(self.life.house.database("privacy"))
        try:
            actions = await database.fetch(DONE, self.request_id)
        finally:
            await database.close()
        return Counter(act for row in actions if (act := row["action"].partition(".")[2]) in ACTS)

    async def _announced(self) -> tuple[int, set[tuple[str, int, int]]]:
        """How many completions; who answered for which round, and how many rows that were."""
        ends, answers = set(), set()
        for record in await self.life.house.broker.records(ERASURES.name):
            if record.key == str(self.request_id).encode():
                type_ = said(record, "ce_type")
                if type_ == ErasureCompleted.type:
                    ends.add(said(record, "ce_id"))
                if type_ == ErasureParticipantCompleted.type:
                    body = fact(record, ErasureParticipantCompleted).body
                    answers.add((body.participant, body.round, body.rows))
        return len(ends), answers


def _rows(of: Mapping[str, int]) -> dict[str, int]:
    """Without objects: those that went before a crash are not counted by whoever goes on."""
    return {name: count for name, count in of.items() if name != NAME}


async def begun(officer: Officer, life: Life) -> Erasure:
    """Ask for it."""
    request = await officer.asked(*life.addresses)
    return Erasure(officer, life, request["id"])
