"""Callers with real signed tokens, as a service under test meets them."""

from uuid import UUID

from joserfc.jwk import OKPKey

from contactflow.kernel import Clock, new_id
from contactflow.web import Principal, TokenSigner, TokenVerifier

SERVICES = ("gateway", "voice", "chat", "crm", "privacy", "elsewhere")
"""Ours, and one that is trusted and has no part in anything."""


def a_signer(issuer: str, clock: Clock) -> TokenSigner:
    """Signs with a key made for this test."""
    key = OKPKey.generate_key("Ed25519").as_pem(private=True)
    return TokenSigner(issuer, key.decode(), clock)


class Callers:
    """The gateway and the other services, seen from one: makes headers, and who trusts them."""

    def __init__(self, service: str, clock: Clock) -> None:
        self._service = service
        self._signers = {name: a_signer(name, clock) for name in SERVICES}
        trusted = {name: signer.public_key for name, signer in self._signers.items()}
        self.verifier = TokenVerifier(service, trusted, clock)

    def headers(self, who: Principal) -> dict[str, str]:
        """What a request from them carries: a service signs for itself, the gateway for others."""
        issuer = str(who.id) if who.kind == "service" else "gateway"
        return {"Authorization": f"Bearer {self._signers[issuer].sign(self._service, who)}"}

    def user(self, workspace_id: UUID, *scopes: str) -> dict[str, str]:
        """Headers of somebody logged in, for this workspace, with these scopes."""
        return self.headers(Principal(workspace_id, frozenset(scopes), "user", new_id()))

    def public(self) -> dict[str, str]:
        """Headers of a request that came to the gateway without credentials."""
        return self.headers(Principal.public())
