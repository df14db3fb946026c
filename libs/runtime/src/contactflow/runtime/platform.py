"""What a service's own code is given to stand on: databases, keys, time, tokens, other services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from contactflow.kernel import Clock, system_clock
from contactflow.messaging import Backbone, Changes, Doorbell, Kafka
from contactflow.persistence import Works, open_engine
from contactflow.runtime.settings import Settings
from contactflow.vault import RootKey, Vault
from contactflow.web import TokenSigner, TokenVerifier

S = TypeVar("S", bound=Settings)
POOL = 10
SYSTEM_POOL = 6  # the relay's and the listener's connections live here


@dataclass(frozen=True, slots=True)
class Platform(Generic[S]):
    """One process of one service. `works` runs under the policies, `system` on its few tables."""

    service: str
    settings: S
    works: Works
    system: Works
    vault: Vault
    clock: Clock
    signer: TokenSigner
    verifier: TokenVerifier
    doorbell: Doorbell
    changes: Changes
    kafka: Kafka

    @property
    def backbone(self) -> Backbone:
        """What the parts of a worker are made from."""
        return Backbone(self.service, self.works, self.system, self.kafka, self.clock, self.changes)


@asynccontextmanager
async def platform(
    service: str, settings: S, clock: Clock = system_clock
) -> AsyncIterator[Platform[S]]:
    """Everything a process shares. Connects to nothing yet; at the end lets go of everything."""
    app = open_engine(settings.database_url.get_secret_value(), pool_size=POOL)
    system = open_engine(settings.system_database_url.get_secret_value(), pool_size=SYSTEM_POOL)
    secrets = {number: one.get_secret_value() for number, one in settings.index_secrets.items()}
    vault = Vault(RootKey(settings.root_key.get_secret_value()), secrets)
    doorbell, kafka = Doorbell(app), Kafka(settings.kafka_bootstrap_servers)
    try:
        yield Platform(
            service=service,
            settings=settings,
            works=Works(app, vault.unlock, recorded=doorbell.ring),
            system=Works(system, recorded=doorbell.ring),
            vault=vault,
            clock=clock,
            signer=TokenSigner(service, settings.signing_key.get_secret_value(), clock),
            verifier=TokenVerifier(service, settings.trusted_keys, clock),
            doorbell=doorbell,
            changes=Changes(system),
            kafka=kafka,
        )
    finally:
        await kafka.close()
        await app.dispose()
        await system.dispose()
