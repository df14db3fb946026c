"""The worker process, put together: reactions, jobs, and the parts that run them."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, Final

from contactflow.erasure.entries import Signer, Verifier
from contactflow.erasure.ledger import LedgerWriter
from contactflow.events.calls import CallPrivacyRequested
from contactflow.events.contacts import ContactReturned
from contactflow.events.conversations import PrivacyRequested
from contactflow.events.emails import EmailFailed, EmailSent
from contactflow.events.erasures import ErasureParticipantCompleted
from contactflow.events.workspaces import WorkspaceCreated
from contactflow.kernel import Clock
from contactflow.messaging import Backbone, Job, Part, Reaction, chore, job, on
from contactflow.persistence import Work
from contactflow.privacy.audit import handlers as audit
from contactflow.privacy.emails import HttpEmails
from contactflow.privacy.erasing import handlers as erasing
from contactflow.privacy.erasing.resuming import Resuming
from contactflow.privacy.erasing.retention import purging
from contactflow.privacy.erasing.saga import Ledger, Saga
from contactflow.privacy.letters import handlers as letters
from contactflow.privacy.letters.sending import Letters
from contactflow.privacy.participants import HttpParticipants
from contactflow.privacy.requests import handlers as requests
from contactflow.privacy.requests.promises import EXPIRE
from contactflow.privacy.settings import PrivacySettings
from contactflow.privacy.workspaces import handlers as workspaces
from contactflow.runtime import Platform, opens_workspaces
from contactflow.vault import Vault
from contactflow.web.idempotency import purge_idempotency_keys
from contactflow.web.limits import purge_rate_limits

HOURLY = timedelta(hours=1)
AT_ONCE: Final = 32  # each waits for others more than it works


def reactions(vault: Vault) -> list[Reaction[Any]]:
    return [
        opens_workspaces(vault),
        on(WorkspaceCreated, "workspaces.keep", apply=workspaces.keep_workspace),
        on(PrivacyRequested, "requests.receive_from_chat", apply=requests.receive_from_chat),
        on(CallPrivacyRequested, "requests.receive_from_call", apply=requests.receive_from_call),
        on(ErasureParticipantCompleted, "erasing.note_answer", apply=erasing.note_answer),
        on(ContactReturned, "audit.note_return", apply=audit.note_return),
        on(EmailSent, "letters.settle_sent", apply=letters.settle_email),
        on(EmailFailed, "letters.settle_failed", apply=letters.settle_email),
    ]


async def purge(work: Work, clock: Clock) -> bool:
    """One batch of each, in a transaction of its own; true while there is more."""
    at = clock()
    gone = await purge_idempotency_keys(work, at=at)
    return bool(gone + await purge_rate_limits(work, at=at))


def jobs(saga: Saga, writing: Letters, clock: Clock) -> list[Job[Any]]:
    purging = chore("privacy.purge", every=HOURLY, apply=partial(purge, clock=clock))
    expiring = job(EXPIRE.name, EXPIRE.arguments, apply=partial(requests.expire, clock=clock))
    return [saga.job, *writing.jobs, *letters.jobs(clock), expiring, purging]


def parts(on_: Platform[PrivacySettings], backbone: Backbone) -> Iterator[Part]:
    emails = HttpEmails(on_.internal("gateway"))
    writing = Letters(on_.works, emails, on_.settings.supervisory_authority, on_.clock)
    yield backbone.relay()
    yield backbone.consumer(reactions(on_.vault))
    kept = ledger(on_)
    mine = jobs(saga(on_, kept), writing, on_.clock)
    yield backbone.jobs([*mine, purging(kept)], slots=AT_ONCE)


def saga(on_: Platform[PrivacySettings], kept: Ledger) -> Saga:
    participants = HttpParticipants(on_.internal)
    return Saga(on_.works, participants, kept, on_.settings.terms, on_.clock)


def resuming(on_: Platform[PrivacySettings]) -> Resuming:
    """For the start of every process, whatever it does then."""
    return Resuming(ledger(on_), on_.works, on_.system, on_.clock)


def ledger(on_: Platform[PrivacySettings]) -> LedgerWriter:
    """In the object store, signed with the key that our tokens are signed with."""
    said = on_.settings
    signer = Signer(said.signing_key.get_secret_value())
    verifier = Verifier(said.trusted_keys.get("privacy", on_.signer.public_key))
    return LedgerWriter(on_.objects, verifier, on_.clock, signer)
