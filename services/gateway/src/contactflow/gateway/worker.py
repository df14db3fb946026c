"""The worker process, put together: reactions, jobs, and the parts that run them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from contactflow.erasure.orders import HttpOrders
from contactflow.gateway.access.clients import purge_salts
from contactflow.gateway.auth.handlers import resetting
from contactflow.gateway.emails.repository import purge_emails
from contactflow.gateway.emails.sending import Sending
from contactflow.gateway.emails.smtp import SmtpPostman
from contactflow.gateway.emails.writing import Writer
from contactflow.gateway.participant import PARTICIPANT
from contactflow.gateway.sessions.repository import purge_sessions
from contactflow.gateway.settings import GatewaySettings
from contactflow.messaging import Backbone, Job, Part, Reaction, chore
from contactflow.persistence import Work
from contactflow.runtime import Platform, opens_workspaces
from contactflow.web.idempotency import purge_idempotency_keys
from contactflow.web.limits import purge_rate_limits


def reactions(on: Platform[GatewaySettings]) -> list[Reaction[Any]]:
    return [opens_workspaces(on.vault)]


def jobs(on: Platform[GatewaySettings]) -> list[Job[Any]]:
    async def purge(work: Work) -> bool:
        """One batch of each; true while there is more."""
        at = on.clock()
        gone = await purge_emails(work, at=at)
        gone += await purge_sessions(work, at=at) + await purge_salts(work, at=at)
        gone += await purge_idempotency_keys(work, at=at) + await purge_rate_limits(work, at=at)
        return bool(gone)

    postman = SmtpPostman(on.settings.smtp_server)
    writer = Writer(on.settings.sender, on.settings.public_url)
    sending = Sending(on.works, postman, writer, on.clock)
    purging = chore("gateway.purge", every=timedelta(hours=1), apply=purge)
    return [sending.job, resetting(on.clock), purging]


def parts(on: Platform[GatewaySettings], backbone: Backbone) -> Iterator[Part]:
    erasing = PARTICIPANT.reactions(HttpOrders(on.internal), on.clock)
    yield backbone.relay()
    yield backbone.consumer([*reactions(on), *erasing])
    yield backbone.jobs([*jobs(on), *PARTICIPANT.jobs(on.clock)])
