"""The internal client against a real service over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import pytest
from pydantic import BaseModel

from contactflow.kernel import UnavailableError, new_id
from contactflow.testing.clock import FakeClock
from contactflow.testing.ports import free_port
from contactflow.testing.serving import serving
from contactflow.testing.tokens import a_signer
from contactflow.web import InternalClient, TokenVerifier, application, client
from contactflow.web.breaker import FAILURES, PAUSE, Breaker
from contactflow.web.client import RefusedCallError
from libs.web.tests.upstream import router


class Answer(BaseModel):
    caller: str
    workspace: UUID | None


@pytest.fixture
async def upstream(clock: FakeClock) -> AsyncIterator[InternalClient]:
    signer = a_signer("chat", clock)
    verifier = TokenVerifier("upstream", {"chat": signer.public_key}, clock)
    app = application("Up", [router], works=None, clock=clock, verifier=verifier)  # type: ignore[arg-type]
    async with serving(app) as url:
        asking = InternalClient("upstream", url, signer)
        yield asking
        await asking.aclose()


async def test_it_speaks_for_its_own_service(upstream: InternalClient) -> None:
    workspace_id = new_id()

    answer = await upstream.get(workspace_id, "/internal/who", Answer)

    assert answer == Answer(caller="service:chat", workspace=workspace_id)


@pytest.mark.parametrize("status", [404, 410])
async def test_gone_is_an_answer(upstream: InternalClient, status: int) -> None:
    assert await upstream.get(None, f"/internal/status/{status}", Answer) is None


@pytest.mark.parametrize("status", [401, 429, 500, 503])
async def test_failing_is_unavailable(upstream: InternalClient, status: int) -> None:
    with pytest.raises(UnavailableError):
        await upstream.get(None, f"/internal/status/{status}", Answer)


@pytest.mark.parametrize("status", [200, 400, 422])
async def test_what_cannot_be_read_is_a_bug(upstream: InternalClient, status: int) -> None:
    with pytest.raises(RefusedCallError):
        await upstream.get(None, f"/internal/status/{status}", Answer)


async def test_nobody_there_is_unavailable(clock: FakeClock) -> None:
    nobody = InternalClient("crm", f"http://127.0.0.1:{free_port()}", a_signer("chat", clock))

    with pytest.raises(UnavailableError):
        await nobody.get(None, "/internal/who", Answer)
    await nobody.aclose()


async def test_whoever_drips_is_unavailable(
    upstream: InternalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LONGEST", 0.3)

    async with asyncio.timeout(3):
        with pytest.raises(UnavailableError):
            await upstream.get(None, "/internal/dripping", Answer)


def calling(breaker: Breaker, *, fails: bool) -> Callable[[], None]:
    def call() -> None:
        with breaker.watching():
            calls.append(fails)
            if fails:
                raise UnavailableError

    return call


calls: list[bool] = []


def test_a_breaker_spares_who_keeps_failing() -> None:
    calls.clear()
    now = [0.0]
    breaker = Breaker("crm", lambda: now[0])
    fail, succeed = calling(breaker, fails=True), calling(breaker, fails=False)
    for _ in range(FAILURES):
        with pytest.raises(UnavailableError):
            fail()

    with pytest.raises(UnavailableError):
        succeed()
    assert calls == [True] * FAILURES
    now[0] += PAUSE
    succeed()
    succeed()
    assert calls == [True] * FAILURES + [False] * 2


def test_a_probe_that_was_called_off_leaves_its_place_to_the_next() -> None:
    now = [0.0]
    breaker = Breaker("chat", lambda: now[0])
    for _ in range(FAILURES):
        with pytest.raises(UnavailableError), breaker.watching():
            raise UnavailableError
    now[0] += PAUSE
    with pytest.raises(asyncio.CancelledError), breaker.watching():
        raise asyncio.CancelledError

    with breaker.watching():
        pass


def test_an_earlier_call_that_is_called_off_does_not_close_a_breaker() -> None:
    breaker = Breaker("chat", lambda: 0.0)
    earlier = breaker.watching()
    earlier.__enter__()
    for _ in range(FAILURES):
        with pytest.raises(UnavailableError), breaker.watching():
            raise UnavailableError
    called_off = asyncio.CancelledError()
    earlier.__exit__(type(called_off), called_off, None)

    with pytest.raises(UnavailableError), breaker.watching():
        pass
