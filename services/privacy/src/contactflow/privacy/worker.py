"""The worker process, put together: reactions, jobs, and the parts that run them."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from contactflow.events.workspaces import WorkspaceCreated
from contactflow.kernel import Clock
from contactflow.messaging import Backbone, Job, Part, Reaction, chore, on
from contactflow.persistence import Work
from contactflow.privacy.settings import PrivacySettings
from contactflow.privacy.workspaces import handlers as workspaces
from contactflow.runtime import Platform, opens_workspaces
from contactflow.vault import Vault
from contactflow.web.idempotency import purge_idempotency_keys
from contactflow.web.limits import purge_rate_limits

HOURLY = timedelta(hours=1)


def reactions(vault: Vault) -> list[Reaction[Any]]:
    return [
        opens_workspaces(vault),
        on(WorkspaceCreated, "workspaces.keep", apply=workspaces.keep_workspace),
    ]


async def purge(work: Work, clock: Clock) -> bool:
    """One batch of each, in a transaction of its own; true while there is more."""
    at = clock()
    gone = await purge_idempotency_keys(work, at=at)
    return bool(gone + await purge_rate_limits(work, at=at))


def jobs(clock: Clock) -> list[Job[Any]]:
    return [chore("privacy.purge", every=HOURLY, apply=partial(purge, clock=clock))]


def parts(on_: Platform[PrivacySettings], backbone: Backbone) -> Iterator[Part]:
    yield backbone.relay()
    yield backbone.consumer(reactions(on_.vault))
    yield backbone.jobs(jobs(on_.clock))
