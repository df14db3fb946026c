import asyncio
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import insert, text

from contactflow.kernel import PLATFORM_WORKSPACE_ID, UnavailableError, new_id
from contactflow.persistence import Work, Works, open_engine
from contactflow.testing.clock import FakeClock
from contactflow.testing.database import Engines
from contactflow.testing.ports import free_port
from contactflow.testing.waiting import until
from contactflow.web.limits import Limiter, Rate, RateLimit, RateLimitedError, purge_rate_limits

FIVE = Rate("login", 5, timedelta(minutes=5))


@pytest.fixture
def limiter(engines: Engines, clock: FakeClock) -> Limiter:
    return Limiter(Works(engines.system), clock)


@pytest.fixture
def who() -> str:
    return new_id().hex


async def test_of_twenty_at_once_five_pass(limiter: Limiter, who: str) -> None:
    sent = (limiter.take(FIVE, who) for _ in range(20))

    answers = await asyncio.gather(*sent, return_exceptions=True)

    assert sum(isinstance(one, str) for one in answers) == 5
    assert sum(isinstance(one, RateLimitedError) for one in answers) == 15


async def test_one_that_was_taken_meanwhile_is_refused_too(
    limiter: Limiter, engines: Engines, clock: FakeClock, who: str
) -> None:
    bucket = sha256(f"once\n{who}".encode()).digest()
    used_up = {"bucket": bucket, "used_until": clock() + timedelta(minutes=1)}
    system, once = Works(engines.system), Rate("once", 1, timedelta(minutes=1))
    async with asyncio.TaskGroup() as tasks, system.begin(PLATFORM_WORKSPACE_ID) as work:
        await work.rows(insert(RateLimit), used_up)
        late = tasks.create_task(refused(limiter, once, who))
        await until(lambda: waits(work))

    assert late.result().headers["Retry-After"] == "60"


async def waits(work: Work) -> bool:
    return (await work.rows(WAITING)).scalar() is not None


WAITING = text("""
    SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
""")


async def refused(limiter: Limiter, rate: Rate, who: str) -> RateLimitedError:
    with pytest.raises(RateLimitedError) as error:
        await limiter.take(rate, who)
    return error.value


async def test_it_refills_one_at_a_time(limiter: Limiter, clock: FakeClock, who: str) -> None:
    for _ in range(5):
        await limiter.take(FIVE, who)
    with pytest.raises(RateLimitedError) as refused:
        await limiter.take(FIVE, who)

    clock.advance(timedelta(seconds=int(refused.value.headers["Retry-After"])))

    assert await limiter.take(FIVE, who) == '"login";r=0;t=300'
    with pytest.raises(RateLimitedError):
        await limiter.take(FIVE, who)


async def test_the_headers_say_what_is_left(limiter: Limiter, who: str) -> None:
    assert await limiter.take(FIVE, who) == '"login";r=4;t=60'
    assert await limiter.take(FIVE, who) == '"login";r=3;t=120'
    assert FIVE.policy == '"login";q=5;w=300'


async def test_others_have_a_bucket_of_their_own(limiter: Limiter, who: str) -> None:
    for _ in range(5):
        await limiter.take(FIVE, who)

    await limiter.take(FIVE, new_id().hex)
    await limiter.take(Rate("signup", 5, timedelta(minutes=5)), who)


async def test_without_a_database_nothing_passes(clock: FakeClock, who: str) -> None:
    nowhere = open_engine(f"postgresql://a:b@127.0.0.1:{free_port()}/c", pool_size=1)
    limiter = Limiter(Works(nowhere), clock)

    with pytest.raises(UnavailableError):
        await limiter.take(FIVE, who)
    await nowhere.dispose()


async def test_full_buckets_are_purged(
    limiter: Limiter, clock: FakeClock, engines: Engines, who: str
) -> None:
    system = Works(engines.system)

    async def purged() -> int:
        return await system.run(
            PLATFORM_WORKSPACE_ID, lambda work: purge_rate_limits(work, at=clock())
        )

    clock.advance(timedelta(days=1))
    await purged()
    await limiter.take(FIVE, who)
    before = await purged()
    clock.advance(timedelta(minutes=2))

    assert (before, await purged()) == (0, 1)
