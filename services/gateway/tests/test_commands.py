"""What an operator has the gateway do, in a process of its own, and what it changes."""

import base64
import json
import subprocess
import sys

import pytest
from joserfc.jwk import OKPKey

from contactflow.kernel import PLATFORM_WORKSPACE_ID, encode
from contactflow.testing.database import Engines
from services.gateway.tests.people import Browser, an_email
from services.gateway.tests.post import Post

SECRET = base64.b64encode(bytes(32)).decode()
PLATFORM = {"ContactFlow-Workspace": encode("ws", PLATFORM_WORKSPACE_ID)}


@pytest.fixture
def env(engines: Engines) -> dict[str, str]:
    """As a process of the gateway has it; the keys are those of these tests."""
    return {
        "DATABASE_URL": engines.urls.app,
        "SYSTEM_DATABASE_URL": engines.urls.system,
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "ROOT_KEY": SECRET,
        "INDEX_SECRETS": json.dumps({"1": base64.b64encode(b"index").decode()}),
        "SIGNING_KEY": OKPKey.generate_key("Ed25519").as_pem(private=True).decode(),
        "TRUSTED_KEYS": "{}",
        "SMTP_URL": "smtp://127.0.0.1:1",
        "MAIL_FROM": "no-reply@cf.example",
        "OBJECT_STORE_URL": "memory:///",
    }


def gateway(env: dict[str, str], *asked: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "contactflow.gateway", *asked]
    return subprocess.run(command, env=env, check=False, capture_output=True, text=True)


async def platform_role(who: Browser) -> object:
    answer = await who.send("GET", "/v1/me", headers=PLATFORM)
    return answer.json().get("role")


async def test_who_may_be_anybody_is_not_appointed(ada: Browser, env: dict[str, str]) -> None:
    done = gateway(env, "appoint", ada.user["email"], "privacy_officer")

    assert done.returncode == 3
    assert "confirmed" in done.stderr
    assert await platform_role(ada) is None


async def test_an_account_holder_is_appointed_and_appointed_anew(
    post: Post, ada: Browser, env: dict[str, str]
) -> None:
    email = ada.user["email"]
    said = {"code": await post.code_to(email)}
    await ada.send("POST", "/v1/auth/email-verifications/confirm", json=said)
    before = await platform_role(ada)

    first = gateway(env, "appoint", email.upper(), "privacy_officer")
    officer = await platform_role(ada)
    second = gateway(env, "appoint", email, "operator")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert [before, officer, await platform_role(ada)] == [None, "privacy_officer", "operator"]
    assert email not in first.stdout + first.stderr


@pytest.mark.parametrize(
    ("email", "role", "status"),
    [(an_email(), "owner", 1), ("nobody", "owner", 2), (an_email(), "king", 2)],
)
def test_nobody_is_appointed_by_mistake(
    env: dict[str, str], email: str, role: str, status: int
) -> None:
    done = gateway(env, "appoint", email, role)

    assert done.returncode == status
    assert done.stderr
    assert "Traceback" not in done.stderr
