"""The states of a request against a model of them: participants that fail in every way there is.

What is compared after every step: the edges that were taken, who is still held where, and what
was promised to be deleted. At the end everybody is well again, and nothing may be stuck.
"""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contactflow.erasure.receipts import ReceiptKey, published, verify
from contactflow.erasure.wire import Index, Person
from contactflow.events.erasures import (
    PARTICIPANTS,
    ErasureRequested,
    ParticipantName,
    RestrictionChanged,
)
from contactflow.kernel import ConflictError
from contactflow.persistence import Works, open_engine
from contactflow.privacy.erasing.orders import order_of
from contactflow.privacy.erasing.saga import Looked, Saga, case, take
from contactflow.privacy.erasing.steps import ANEW
from contactflow.privacy.receipts.payload import Terms
from contactflow.privacy.requests import service
from contactflow.privacy.requests.model import ROUNDS, UNDECIDED, Intake, RightsRequest
from contactflow.privacy.requests.promises import ADVANCE, FORGET, WARN
from contactflow.testing.clock import FakeClock
from services.privacy.tests.fakes import FakeLedger, FakeParticipants, InMemoryRequests, Somebody
from services.privacy.tests.ways import MAIL

T = TypeVar("T")
KEY: Final = ReceiptKey.from_jwk(
    '{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",'
    '"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'
)  # RFC 8037's own example
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
EDGES: Final = {
    "verifying_identity": {"discovering", "refused", "cancelled"},
    "discovering": {"awaiting_approval", "refused", "cancelled"},
    "awaiting_approval": {"executing", "refused", "cancelled"},
    "executing": {"verifying_erasure"},
    "verifying_erasure": {"executing", "completed"},
}
ENDED: Final = ("refused", "cancelled")
NAMES = st.sampled_from(PARTICIPANTS)
SECONDS: Final = (1, 3, 10, 60, 31 * 86_400)
OFFICER: Final = service.Decision("user:1")


def now(does: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(does)


class Rights(RuleBasedStateMachine):
    """One request, three services, and every misfortune between them."""

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.requests = FakeClock(), InMemoryRequests()
        self.participants, self.ledger = FakeParticipants(), FakeLedger()
        nowhere = Works(open_engine("postgresql://nobody:nothing@127.0.0.1:9/nowhere"))
        terms = Terms(KEY, 35, {})
        self.saga = Saga(nowhere, self.participants, self.ledger, terms, self.clock)
        self.looked: Looked | None = None
        self.heard: list[tuple[ParticipantName, int]] = []  # asked, and not done yet
        self.said: list[tuple[ParticipantName, int]] = []  # done, and perhaps not told yet
        self.allowed = self.held = False
        self.met = 0
        self.claimants: dict[UUID, ParticipantName] = {}
        self.included: set[UUID] = set()
        self.restricted: list[bool] = []  # as participants were told, in this order

    @initialize(
        names=st.lists(NAMES),
        claiming=st.lists(NAMES, max_size=3),
        lying=st.lists(NAMES, max_size=2),
        begun=st.integers(0, 6),
        restrict=st.booleans(),
    )
    def receive(
        self,
        names: list[ParticipantName],
        claiming: list[ParticipantName],
        lying: list[ParticipantName],
        begun: int,
        *,
        restrict: bool,
    ) -> None:
        """Most begin where most can go wrong: approved, or asked for, with liars among them."""
        at = self.clock()
        intake = Intake("erasure", "letter", at, "en", restrict)
        self.request: RightsRequest = now(
            service.receive(self.requests, intake=intake, identifiers=[MAIL], by="user:1", at=at)
        )
        [self.mail] = now(self.requests.indexes([MAIL.identity]))
        self.hear()
        for name in names:
            self.participants[name].meets(Somebody(indexes=[self.mail]))
        for name in claiming:
            self.somebody_claims(name)
        self.status = self.request.status
        if begun:
            self.an_officer_acts("attest", 0)
            self.the_job_runs()
        if begun > 1:
            self.status = self.request.status
            self.an_officer_acts("approve", (begun - 2) % 3)
        if begun > 4:
            self.the_job_runs()
        for name in lying:
            self.participants[name].lies = True
        self.status = self.request.status

    # What people do

    @rule(name=NAMES, rows=st.integers(1, 5), claims=st.booleans())
    def somebody_turns_up(self, name: ParticipantName, rows: int, *, claims: bool) -> None:
        """Known by the address, or only claiming it."""
        known: list[Index] = [self.mail]
        if self.met < ROUNDS and self.request.is_open:
            self.met += 1
            if claims:
                self.somebody_claims(name, rows)
            else:
                self.participants[name].meets(Somebody(rows, indexes=known))

    def somebody_claims(self, name: ParticipantName, rows: int = 1) -> None:
        somebody = Somebody(rows, claims=[self.mail])
        self.participants[name].meets(somebody)
        self.claimants[somebody.id] = name

    @rule(act=st.sampled_from(["attest", "approve", "refuse", "cancel"]), many=st.integers(0, 2))
    def an_officer_acts(self, act: str, many: int) -> None:
        """In any state: what is not allowed in it changes nothing.

        Who approves includes so many of those who are listed as claiming the address.
        """
        before, chosen = self.request.status, self.listed()[:many]
        try:
            now(self.acts(act, chosen))
        except ConflictError:
            assert self.request.status == before
        else:
            self.allowed |= act == "approve"
            self.included.update(chosen if act == "approve" else ())
        self.hear()

    @rule()
    def an_officer_extends(self) -> None:
        """Once, in time, while it is open."""
        request, at, before = self.request, self.clock(), self.request.due_at
        may = request.is_open and request.extended_at is None and at < before
        try:
            now(
                service.extend(
                    self.requests, request_id=request.id, reason="Away.", by="user:1", at=at
                )
            )
        except ConflictError:
            assert (may, request.due_at) == (False, before)
        else:
            assert may
            assert (request.due_at > before + timedelta(days=58), request.extended_at) == (True, at)
            assert self.requests.due[WARN.name, request.id] == request.warned_at

    def listed(self) -> list[UUID]:
        """Who claims the address, as the officer sees it."""
        dossier = self.requests.dossiers.get(self.request.id)
        if dossier is None or self.request.status not in UNDECIDED:
            return []
        return [claim.subject_id for claim in dossier.claims]

    def acts(self, act: str, claims: list[UUID]) -> Coroutine[Any, Any, RightsRequest]:
        requests, of, at = self.requests, self.request.id, self.clock()
        refusal = service.Refusal("excessive", None)
        if act == "attest":
            return service.attest(requests, request_id=of, evidence="Known.", by="user:1", at=at)
        if act == "approve":
            return service.approve(requests, request_id=of, decision=OFFICER, claims=claims, at=at)
        if act == "refuse":
            return service.refuse(requests, request_id=of, decision=OFFICER, refusal=refusal, at=at)
        return service.cancel(requests, request_id=of, by="user:1", at=at)

    # What machines do

    @rule(name=NAMES, down=st.booleans())
    def a_participant_comes_or_goes(self, name: ParticipantName, *, down: bool) -> None:
        self.participants[name].down = down

    @rule(name=NAMES, lies=st.booleans())
    def a_participant_begins_or_ceases_to_lie(self, name: ParticipantName, *, lies: bool) -> None:
        self.participants[name].lies = lies

    @precondition(lambda self: not self.looked)
    @rule()
    def the_job_looks(self) -> None:
        """From here on it is claimed: what is promised meanwhile is due afterwards."""
        promised = self.requests.due.get((ADVANCE.name, self.request.id), NEVER)
        if promised is None or promised <= self.clock():
            del self.requests.due[ADVANCE.name, self.request.id]
            found = now(case(self.requests, self.request.id))
            self.held = self.still_held()
            self.looked = now(self.saga.next(found)) if found else None

    @precondition(lambda self: self.looked)
    @rule()
    def the_job_is_killed(self) -> None:
        """Its lease runs out: it is due again, if it was not promised anew."""
        self.looked = None
        self.requests.due.setdefault((ADVANCE.name, self.request.id), None)

    @precondition(lambda self: self.looked)
    @rule()
    def the_job_acts(self) -> None:
        """Perhaps on what it was told long ago."""
        looked, self.looked = self.looked, None
        if looked:
            now(take(self.requests, self.request.id, looked, at=self.clock()))
        if self.request.status == "completed" and self.status != "completed":
            assert not self.held
            assert not any(self.holds(one) for one in self.included)
        self.hear()

    @precondition(lambda self: not self.looked)
    @rule()
    def the_job_runs(self) -> None:
        self.the_job_looks()
        self.the_job_acts()

    @rule()
    def everything_is_delivered(self) -> None:
        """What those who are up had to do, and what they say of it."""
        for name, round_ in [*self.heard]:
            self.erase(name, round_)
        for name, round_ in self.said:
            self.answer(name, round_)
        self.said = []

    @precondition(lambda self: self.heard)
    @rule(data=st.data())
    def a_participant_erases(self, data: st.DataObject) -> None:
        """What it says of it is in its outbox from then on: it may be late, it is not lost."""
        name, round_ = data.draw(st.sampled_from(self.heard))
        self.erase(name, round_)

    @precondition(lambda self: self.said)
    @rule(data=st.data(), again=st.booleans())
    def an_answer_arrives(self, data: st.DataObject, *, again: bool) -> None:
        """Once, or again later."""
        name, round_ = data.draw(st.sampled_from(self.said))
        if not again:
            self.said.remove((name, round_))
        self.answer(name, round_)

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def an_answer_is_lost(self, data: st.DataObject) -> None:
        """It came to a database that was then restored to a state from before."""
        self.said.remove(data.draw(st.sampled_from(self.said)))

    @rule(seconds=st.sampled_from(SECONDS))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    # What must be so

    @invariant()
    def only_known_edges_are_taken(self) -> None:
        status = self.request.status
        assert status == self.status or status in EDGES[self.status]
        self.status = status

    @invariant()
    def nothing_is_erased_before_it_was_approved(self) -> None:
        erased = sum(sum(one.deleted.values()) for one in self.participants.every.values())
        assert self.allowed or not (erased or self.ledger.entries)

    @invariant()
    def there_are_so_many_rounds_and_no_more(self) -> None:
        hours = (self.clock() - self.request.received_at) // ANEW
        assert self.request.round <= ROUNDS + hours

    @invariant()
    def who_is_over_leaves_nothing_here(self) -> None:
        """But whom to lift a restriction from, for as long as that may take."""
        if self.request.is_open:
            return
        for dossier in self.requests.dossiers.values():
            assert (self.restricted[-1], dossier.identifiers) == (False, ())
            assert (FORGET.name, dossier.id) in self.requests.due

    @invariant()
    def who_was_not_included_is_left_alone(self) -> None:
        assert all(self.holds(one) for one in self.claimants.keys() - self.included)

    @invariant()
    def a_restriction_begins_at_once_and_again_with_whoever_is_found(self) -> None:
        begun = self.request.restrict
        found = begun and any(one.found is not None for one in self.request.parts)
        ended = begun and self.request.status in ENDED
        assert self.restricted == [True] * begun + [True] * found + [False] * ended
        assert self.request.restricted == (begun and not ended)

    def teardown(self) -> None:
        """Everybody is well again, and an officer is there: it comes to its end within hours."""
        for one in self.participants.every.values():
            one.down = one.lies = False
        self.the_job_acts()
        for _ in range(50):
            self.clock.advance(timedelta(minutes=3))
            for act in ("attest", "approve"):
                self.an_officer_acts(act, 0)
                self.only_known_edges_are_taken()
            for does in (self.the_job_looks, self.the_job_acts, self.everything_is_delivered):
                does()
                self.only_known_edges_are_taken()
        assert not self.request.is_open
        if self.request.status == "completed":
            self.check_receipt()

    def erase(self, name: ParticipantName, round_: int) -> None:
        participant, dossier = self.participants[name], self.requests.dossiers.get(self.request.id)
        if participant.down:
            return
        self.heard.remove((name, round_))
        if dossier and self.request.position:
            order = order_of(self.request, dossier.whom, name)
            participant.erase(order)
            self.said.append((name, order.round))

    def holds(self, claimant: UUID) -> bool:
        return claimant in self.participants[self.claimants[claimant]].held

    def still_held(self) -> bool:
        """Whether anybody holds a person whose address it is."""
        person = Person(indexes=(self.mail,))
        return any([*one.knows(person)] for one in self.participants.every.values())

    def check_receipt(self) -> None:
        """What it says was deleted is what is gone."""
        receipt = self.requests.receipts[self.request.id].receipt
        payload = verify(receipt, published([KEY]))["payload"]
        deleted = {one["name"]: one["deleted"].get("things", 0) for one in payload["participants"]}
        of: UUID = self.request.id
        assert deleted == {name: one.deleted[of] for name, one in self.participants.every.items()}

    def answer(self, name: ParticipantName, round_: int) -> None:
        self.request.answered(name, round_, at=self.clock())
        if self.request.status == "verifying_erasure":
            now(self.requests.promise(ADVANCE, self.request))

    def hear(self) -> None:
        for event, _, _ in self.request.recorded():
            if isinstance(event, ErasureRequested):
                self.heard += [(name, event.round) for name in PARTICIPANTS]
            if isinstance(event, RestrictionChanged):
                self.restricted.append(event.restricted)


def test_whatever_happens_a_request_stays_true_and_comes_to_an_end() -> None:
    run_state_machine_as_test(Rights, settings=settings(max_examples=150, stateful_step_count=30))
