"""What a service's own code is given to stand on: databases, keys, time, tokens, other services."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from obstore.store import ObjectStore
from sqlalchemy.ext.asyncio import AsyncEngine

from contactflow.erasure.entries import Verifier
from contactflow.erasure.ledger import Ledger
from contactflow.erasure.objects import open_store
from contactflow.kernel import Clock, system_clock
from contactflow.messaging import Backbone, Changes, Doorbell, Kafka
from contactflow.persistence import Works, open_engine
from contactflow.persistence.engines import measured
from contactflow.runtime.settings import Settings
from contactflow.vault import RootKey, Vault
from contactflow.web import InternalClient, TokenSigner, TokenVerifier

S = TypeVar("S", bound=Settings)
POOL = 10
WRITES_LEDGER = "privacy"
SYSTEM_POOL = 6  # the relay's and the listener's connections live here


class Neighbours:
    """The other services, one client each, so that all its users share what is known of it."""

    def __init__(self, settings: Settings, signer: TokenSigner) -> None:
        self._settings, self._signer = settings, signer
        self._clients: dict[str, InternalClient] = {}

    def __call__(self, service: str) -> InternalClient:
        """The client of that service. Raises SettingsError if nobody said where it is."""
        if service not in self._clients:
            url = self._settings.address(service)
            self._clients[service] = InternalClient(service, url, self._signer)
        return self._clients[service]

    async def aclose(self) -> None:
        """Let go of every connection."""
        for client in self._clients.values():
            await client.aclose()


@dataclass(frozen=True, slots=True)
class Platform(Generic[S]):
    """One process of one service.

    `works` runs under the policies, `system` on its few tables; `internal("chat")` asks chat.
    `ledger` tells which people were erased. What a service itself opens is let go of by `closing`,
    at the end.
    """

    service: str
    settings: S
    works: Works
    system: Works
    vault: Vault
    clock: Clock
    signer: TokenSigner
    verifier: TokenVerifier
    internal: Neighbours
    doorbell: Doorbell
    changes: Changes
    kafka: Kafka
    objects: ObjectStore
    ledger: Ledger
    closing: AsyncExitStack

    @property
    def backbone(self) -> Backbone:
        """What the parts of a worker are made from."""
        return Backbone(self.service, self.works, self.system, self.kafka, self.clock, self.changes)


@asynccontextmanager
async def platform(
    service: str,
    settings: S,
    clock: Clock = system_clock,
    opening: Callable[..., AsyncEngine] = open_engine,
) -> AsyncIterator[Platform[S]]:
    """Everything a process shares. Connects to nothing yet; at the end lets go of everything."""
    app = opening(settings.database_url.get_secret_value(), pool_size=POOL)
    system = opening(settings.system_database_url.get_secret_value(), pool_size=SYSTEM_POOL)
    secrets = {number: one.get_secret_value() for number, one in settings.index_secrets.items()}
    vault = Vault(RootKey(settings.root_key.get_secret_value()), secrets)
    pools = ExitStack()
    pools.enter_context(measured(app, "app"))
    pools.enter_context(measured(system, "system"))
    doorbell, kafka = Doorbell(app), Kafka(settings.kafka_bootstrap_servers)
    signer = TokenSigner(service, settings.signing_key.get_secret_value(), clock)
    internal, closing = Neighbours(settings, signer), AsyncExitStack()
    objects = open_store(settings.object_store_url)
    written_by = Verifier(settings.trusted_keys.get(WRITES_LEDGER, ()))
    try:
        yield Platform(
            service=service,
            settings=settings,
            works=Works(app, vault.unlock, recorded=doorbell.ring),
            system=Works(system, recorded=doorbell.ring),
            vault=vault,
            clock=clock,
            signer=signer,
            verifier=TokenVerifier(service, settings.trusted_keys, clock),
            internal=internal,
            doorbell=doorbell,
            changes=Changes(system),
            kafka=kafka,
            objects=objects,
            ledger=Ledger(objects, written_by, clock),
            closing=closing,
        )
    finally:
        await closing.aclose()
        await internal.aclose()
        await kafka.close()
        pools.close()
        await app.dispose()
        await system.dispose()
