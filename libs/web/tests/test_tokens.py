import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from contactflow.kernel import new_id
from contactflow.testing.clock import FakeClock
from contactflow.testing.tokens import a_signer
from contactflow.web import Principal, TokenSigner, TokenVerifier, UnauthenticatedError

USER = Principal(new_id(), frozenset({"notes:read"}), "user", new_id(), client="c1")


@pytest.fixture
def gateway(clock: FakeClock) -> TokenSigner:
    return a_signer("gateway", clock)


@pytest.fixture
def crm(clock: FakeClock) -> TokenSigner:
    return a_signer("crm", clock)


@pytest.fixture
def verifier(gateway: TokenSigner, crm: TokenSigner, clock: FakeClock) -> TokenVerifier:
    trusted: dict[str, Any] = {"gateway": gateway.public_key, "crm": [crm.public_key]}
    return TokenVerifier("notes", trusted, clock)


@pytest.mark.parametrize(
    "who", [USER, Principal.public("c2"), Principal(new_id(), frozenset(), "key", new_id())]
)
def test_the_gateway_speaks_for_everybody(
    gateway: TokenSigner, verifier: TokenVerifier, who: Principal
) -> None:
    assert verifier.verify(gateway.sign("notes", who)) == who


def test_the_gateway_speaks_for_no_other_service(
    gateway: TokenSigner, verifier: TokenVerifier
) -> None:
    itself = Principal.service("gateway", new_id())

    assert verifier.verify(gateway.sign("notes", itself)) == itself
    with pytest.raises(UnauthenticatedError):
        verifier.verify(gateway.sign("notes", Principal.service("crm", new_id())))


def test_a_service_speaks_for_itself_only(crm: TokenSigner, verifier: TokenVerifier) -> None:
    itself = Principal.service("crm", new_id())

    assert verifier.verify(crm.sign("notes", itself)) == itself
    for other in (USER, Principal.service("chat"), Principal.public()):
        with pytest.raises(UnauthenticatedError):
            verifier.verify(crm.sign("notes", other))


def test_a_token_for_another_audience_is_refused(
    gateway: TokenSigner, verifier: TokenVerifier
) -> None:
    with pytest.raises(UnauthenticatedError):
        verifier.verify(gateway.sign("crm", USER))


def test_a_token_lives_a_minute(
    gateway: TokenSigner, verifier: TokenVerifier, clock: FakeClock
) -> None:
    token = gateway.sign("notes", USER)

    clock.advance(timedelta(seconds=64))
    verifier.verify(token)
    clock.advance(timedelta(seconds=1))

    with pytest.raises(UnauthenticatedError):
        verifier.verify(token)


def test_a_key_nobody_trusts_is_refused(verifier: TokenVerifier, clock: FakeClock) -> None:
    stranger = a_signer("gateway", clock)

    with pytest.raises(UnauthenticatedError):
        verifier.verify(stranger.sign("notes", USER))


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA"])
@pytest.mark.filterwarnings("ignore:EdDSA")
def test_the_token_does_not_choose_the_algorithm(
    gateway: TokenSigner, verifier: TokenVerifier, algorithm: str
) -> None:
    head, body, signature = gateway.sign("notes", USER).split(".")
    read = json.loads(base64.urlsafe_b64decode(head + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(read | {"alg": algorithm}).encode()).decode()

    for signed in (signature, ""):
        with pytest.raises(UnauthenticatedError):
            verifier.verify(f"{forged.rstrip('=')}.{body}.{signed}")


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "é.é.é", "x" * 5000])
def test_whatever_is_no_token_is_refused(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(UnauthenticatedError):
        verifier.verify(token)
