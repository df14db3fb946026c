"""Signed tokens between services: who asks, for a minute at most.

Ed25519 (RFC 8037, named as RFC 9864 asks) and nothing else; issuer, audience and life are always
checked. Only the gateway may speak for people, keys and the public; each service speaks for itself.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, cast
from uuid import UUID

from fastapi import Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, OKPKey

from contactflow.kernel import Clock
from contactflow.web.errors import UnauthenticatedError
from contactflow.web.principals import Principal, named

ALGORITHM: Final = "Ed25519"
LIFE: Final = timedelta(seconds=60)
LEEWAY: Final = timedelta(seconds=5)  # for clocks that disagree
LONGEST: Final = 4096
SPEAKS_FOR_OTHERS: Final = "gateway"

PublicKeys = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""The JWK of one issuer, or several while keys change."""


class TokenSigner:
    """Signs in a service's own name.

    `key` is an Ed25519 private key, as PEM or as JWK text.
    """

    def __init__(self, issuer: str, key: str, clock: Clock) -> None:
        self.issuer = issuer
        self._key, self._clock = signing_key(key), clock
        self._header = {"alg": ALGORITHM, "kid": self._key.thumbprint()}

    def sign(self, audience: str, who: Principal) -> str:
        """A token that `audience` takes for a minute."""
        at = self._clock()
        claims = {
            "iss": self.issuer,
            "aud": audience,
            "iat": int(at.timestamp()),
            "exp": int((at + LIFE).timestamp()),
            "principal": who.name,
            "scopes": sorted(who.scopes),
            "workspace": str(who.workspace_id) if who.workspace_id else None,
            "client": who.client,
        }
        return jwt.encode(self._header, claims, self._key, algorithms=[ALGORITHM])

    @property
    def public_key(self) -> dict[str, Any]:
        """The JWK that others trust."""
        return {**self._key.as_dict(private=False), "kid": self._key.thumbprint()}


class TokenVerifier:
    """Reads the tokens that are meant for one service.

    `trusted` says, by issuer, which public JWK is theirs, or which several while keys change.
    """

    def __init__(self, audience: str, trusted: Mapping[str, PublicKeys], clock: Clock) -> None:
        self._audience, self._clock = audience, clock
        self._keys = {
            key.thumbprint(): (issuer, key)
            for issuer, given in trusted.items()
            for key in public_keys(given)
        }

    async def principal(self, request: Request) -> Principal:
        """Who sent this request. Raises UnauthenticatedError."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise UnauthenticatedError
        return self.verify(token)

    def verify(self, token: str) -> Principal:
        """Who speaks in this token.

        Raises UnauthenticatedError for another audience, algorithm or issuer, and for one that
        is over, too long-lived, damaged or signed by nobody we trust.
        """
        try:
            return self._read(token)
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise UnauthenticatedError from error

    def _read(self, token: str) -> Principal:
        if len(token) > LONGEST:
            raise ValueError("length")
        read = jwt.decode(token, self._key, algorithms=[ALGORITHM])
        issuer, _ = self._keys[read.header["kid"]]
        self._check(read.claims, issuer)
        return _principal(read.claims, issuer)

    def _key(self, token: GuestProtocol) -> OKPKey:
        """The key that the token names; the algorithm is ours, never the token's."""
        return self._keys[token.headers()["kid"]][1]

    def _check(self, claims: Mapping[str, Any], issuer: str) -> None:
        if (claims["iss"], claims["aud"]) != (issuer, self._audience):
            raise ValueError("iss or aud")
        now, early, late = self._clock().timestamp(), claims["iat"], claims["exp"]
        leeway = LEEWAY.total_seconds()
        if not early - leeway <= now < late + leeway or late - early > LIFE.total_seconds():
            raise ValueError("iat or exp")


def _principal(claims: Mapping[str, Any], issuer: str) -> Principal:
    kind, who = named(claims["principal"])
    is_itself = kind == "service" and who == issuer
    if not is_itself and (kind == "service" or issuer != SPEAKS_FOR_OTHERS):
        raise ValueError("principal")
    workspace = claims["workspace"]
    return Principal(
        UUID(workspace) if workspace else None,
        frozenset(claims["scopes"]),
        kind,
        who,
        claims.get("client"),
    )


def public_keys(given: PublicKeys) -> list[OKPKey]:
    """Those that an issuer's signatures are checked with."""
    jwks = [given] if isinstance(given, Mapping) else given
    return [OKPKey.import_key(cast(Any, dict(one))) for one in jwks]


def signing_key(key: str) -> OKPKey:
    """A private key, from PEM or JWK text."""
    return OKPKey.import_key(json.loads(key) if key.lstrip().startswith("{") else key)
