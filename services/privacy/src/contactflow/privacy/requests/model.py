"""A rights request: its states, its clock, and who has decided."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, Literal, NamedTuple, Self
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, relationship

from contactflow.erasure.wire import Counts, Verified
from contactflow.events.conversations import Right
from contactflow.events.erasures import (
    PARTICIPANTS,
    ErasureCompleted,
    ErasureRequested,
    ParticipantName,
    RestrictionChanged,
)
from contactflow.kernel import Locale, new_id
from contactflow.persistence import Aggregate, Base
from contactflow.privacy.requests import clock
from contactflow.privacy.requests.errors import (
    ExtensionError,
    FutureReceiptError,
    NotAvailableError,
    RequestStateError,
)
from contactflow.privacy.requests.matrix import Part
from contactflow.vault import neutral

Status = Literal[
    "verifying_identity",
    "discovering",
    "awaiting_approval",
    "executing",
    "verifying_erasure",
    "completed",
    "refused",
    "cancelled",
]
ReceivedVia = Literal["email", "phone", "letter", "chat", "form", "console"]
ReasonCode = Literal[
    "identity_not_verified",
    "manifestly_unfounded",
    "excessive",
    "legal_obligation",
    "legal_claims",
    "freedom_of_expression",
    "public_interest",
]
Answering = Literal["by_email", "by_officer", "sent", "undelivered"]
UNDECIDED: Final[tuple[Status, ...]] = ("verifying_identity", "discovering", "awaiting_approval")
UNDER_WAY: Final[tuple[Status, ...]] = ("executing", "verifying_erasure")
OPEN: Final = (*UNDECIDED, *UNDER_WAY)
ROUNDS: Final = 5


class Intake(NamedTuple):
    """How a request came in. `restrict`: until it is decided, the data is stored and not used.

    It is an officer's wish, who need not have verified anything yet; nobody else can utter it.
    """

    right: Right
    received_via: ReceivedVia
    received_at: datetime
    locale: Locale
    restrict: bool = False


class RightsRequest(Aggregate, Base):
    """Nothing in it says whose it is: that lies in its dossier, and goes when the request is over.

    `restricted` since the intake: whoever its identifiers lead to then, and after the discovery
    whoever they lead to by that time or else was found; until it is decided.

    A `round` is one command to erase; a later one takes what the last left. `position` is its
    place in the ledger, `fenced_at` the time of its fences. `answer` is how the person is answered,
    and what became of it; none is due to who takes it back.
    """

    __tablename__ = "rights_requests"
    __table_args__ = {  # noqa: RUF012  SQLAlchemy's own word for it
        "info": {"system": "who has a code or a token of a request does not name its workspace"}
    }

    right: Mapped[Right] = neutral()
    status: Mapped[Status] = neutral()
    received_via: Mapped[ReceivedVia] = neutral()
    received_at: Mapped[datetime] = neutral()
    due_at: Mapped[datetime] = neutral()
    extended_at: Mapped[datetime | None] = neutral()
    locale: Mapped[Locale] = neutral()
    restrict: Mapped[bool] = neutral()
    restricted: Mapped[bool] = neutral()
    restricted_at: Mapped[datetime | None] = neutral()
    token_hash: Mapped[bytes | None] = neutral()
    verified_by: Mapped[str | None] = neutral()
    decided_by: Mapped[str | None] = neutral()
    decided_at: Mapped[datetime | None] = neutral()
    reason_code: Mapped[ReasonCode | None] = neutral()
    round: Mapped[int] = neutral()
    fenced_at: Mapped[datetime | None] = neutral()
    position: Mapped[int | None] = neutral(type_=BigInteger)
    asked_at: Mapped[datetime | None] = neutral()
    completed_at: Mapped[datetime | None] = neutral()
    answer: Mapped[Answering | None] = neutral()
    parts: Mapped[list[Part]] = relationship(lazy="selectin", order_by=Part.participant)

    @classmethod
    def open(cls, workspace_id: UUID, intake: Intake, *, at: datetime) -> Self:
        if intake.received_at > at:
            raise FutureReceiptError
        request = cls(workspace_id=workspace_id, id=new_id(), created_at=at, **intake._asdict())
        request.status, request.round, request.restricted = "verifying_identity", 0, False
        request.due_at = clock.due(intake.received_at)
        request.parts = [Part.of(workspace_id, request.id, name) for name in PARTICIPANTS]
        if request.restrict:
            request._restricted(to=True, at=at)
        request.touch(at=at)
        return request

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def warned_at(self) -> datetime:
        """From when on it is due soon."""
        return self.due_at - clock.WARNING

    def part(self, name: ParticipantName) -> Part:
        """Its part; who came to the house after the request has one from here on."""
        for one in self.parts:
            if one.participant == name:
                return one
        self.parts.append(Part.of(self.workspace_id, self.id, name))
        return self.parts[-1]

    def verify(self, *, by: str, at: datetime) -> None:
        """It comes from the person whose data it is about, says `by`."""
        self._expect("verifying_identity")
        if self.right != "erasure":
            raise NotAvailableError
        self.status, self.verified_by = "discovering", by
        self.touch(at=at)

    def discovered(self, rows: Mapping[ParticipantName, Counts], *, at: datetime) -> None:
        """Everybody has said what they hold. Who was found by it is restricted, too."""
        self._expect("discovering")
        for name, found in rows.items():
            part = self.part(name)
            part.found, part.stalled_since = dict(found), None
        self.status = "awaiting_approval"
        if self.restrict:
            self._restricted(to=True, at=at)
        self.touch(at=at)

    def approve(self, *, by: str, at: datetime) -> None:
        self._expect("awaiting_approval")
        self.decided_by, self.decided_at = by, at
        self.begin_round(at=at)

    def refuse(self, reason_code: ReasonCode, *, by: str, at: datetime) -> None:
        self._end("refused", by, at)
        self.reason_code = reason_code

    def cancel(self, *, by: str, at: datetime) -> None:
        """The person takes it back."""
        self._end("cancelled", by, at)
        self.answer = None

    def lapse(self, *, by: str, at: datetime) -> None:
        """Its time is over, and nobody has shown it to be theirs: whom to answer is not known."""
        self.cancel(by=by, at=at)
        self.reason_code = "identity_not_verified"

    def extend(self, *, at: datetime) -> None:
        """Two months more, once, said before the time is over."""
        self._expect(*OPEN)
        if self.extended_at or at >= self.due_at:
            raise ExtensionError
        self.due_at, self.extended_at = clock.extended(self.due_at), at
        self.touch(at=at)

    def told(self, *, delivered: bool, at: datetime) -> None:
        """The e-mail with the answer was sent, or never will be."""
        self.answer = "sent" if delivered else "undelivered"
        self.touch(at=at)

    def answer_again(self, *, at: datetime) -> None:
        """The e-mail with the answer is sent once more."""
        self.answer = "by_email"
        self.touch(at=at)

    def begin_round(self, *, at: datetime) -> None:
        self.status, self.round, self.fenced_at = "executing", self.round + 1, at
        self.position = self.asked_at = None
        for part in self.parts:
            part.begin()
        self.touch(at=at)

    def lacks(self, round_: int) -> bool:
        """Whether this round, which is in the ledger, is not known here, and still matters.

        Only in a database that was restored, or after a crash right after the ledger.
        """
        known = self.round if self.position else self.round - 1
        return self.is_open and round_ > known

    def resume(self, round_: int, *, by: str, fenced_at: datetime) -> None:
        """Go on with it: it was approved before it was fenced, whatever is known of that here."""
        if self.decided_at is None:
            self.decided_by, self.decided_at = by, fenced_at
        self.round = round_ - 1
        self.begin_round(at=fenced_at)

    def ask(self, position: int, *, at: datetime) -> None:
        """The round is in the ledger: everybody erases. Some may have read it there already."""
        self.position = position
        self.ask_again(at=at)
        self._verify_when_all_have_answered()

    def ask_again(self, *, at: datetime) -> None:
        self.asked_at = at
        self.record(ErasureRequested(request_id=self.id, round=self.round), at=at)

    def answered(self, name: ParticipantName, round_: int, *, at: datetime) -> None:
        part = self.part(name)
        part.answered = max(part.answered, round_)
        if self.status == "executing" and part.answered == self.round:
            part.stalled_since = None
            self._verify_when_all_have_answered()
        self.touch(at=at)

    def stall(
        self, names: Collection[ParticipantName], *, since: datetime, at: datetime
    ) -> tuple[ParticipantName, ...]:
        """Nothing goes on without these; the others are there (again). Whom nobody knew of yet."""
        before = {part.participant: part.stalled_since for part in self.parts}
        for part in self.parts:
            part.stall(since=since if part.participant in names else None)
        if any(part.stalled_since != before[part.participant] for part in self.parts):
            self.touch(at=at)
        return tuple(name for name, known in before.items() if name in names and not known)

    def has_waited(self, *, since: datetime) -> bool:
        """Whether somebody has not let go for so long."""
        return any(part.stalled_since and part.stalled_since <= since for part in self.parts)

    def checked(self, told: Mapping[ParticipantName, Verified], *, at: datetime) -> None:
        """What was looked up afresh, whatever anybody had said."""
        for name, its in told.items():
            self.part(name).checked(its.deleted, its.residue, at=at)
        self.touch(at=at)

    def complete(self, *, at: datetime) -> None:
        self._expect("verifying_erasure")
        if not all(part.verified_at for part in self.parts):
            raise RequestStateError(state=self.status)
        self.status, self.completed_at = "completed", at
        self.record(ErasureCompleted(request_id=self.id, completed_at=at), at=at)

    def _verify_when_all_have_answered(self) -> None:
        if self.position and all(part.answered == self.round for part in self.parts):
            self.status = "verifying_erasure"

    def _end(self, status: Status, by: str, at: datetime) -> None:
        self._expect(*UNDECIDED)
        self.status, self.decided_by, self.decided_at = status, by, at
        if self.restricted:
            self._restricted(to=False, at=at)
        self.touch(at=at)

    def _restricted(self, *, to: bool, at: datetime) -> None:
        self.restricted, self.restricted_at = to, (self.restricted_at or at) if to else None
        self.record(RestrictionChanged(request_id=self.id, restricted=to), at=at)

    def _expect(self, *statuses: Status) -> None:
        if self.status not in statuses:
            raise RequestStateError(state=self.status)
