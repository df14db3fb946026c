"""What people say, how it sounds, what they are called: in no file, topic, log, metric or trace."""

import secrets
import string
from dataclasses import dataclass

import asyncpg
import pytest

from contactflow.events import topics
from contactflow.testing.ai import ScriptedAI, says
from contactflow.testing.scanner import found, found_under
from contactflow.testing.waiting import until
from services.voice.tests.session.voices import speech
from tests.e2e.house import House
from tests.e2e.people import Business, a_business
from tests.e2e.phones import Line, a_carrier, a_number_of, a_word
from tools.phone.mulaw import encoded

QUESTION = "opening_hours"
SILENCE = 0xFF  # of the agent, on the other track of a recording
LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Planted:
    """Strings that occur nowhere by chance; `control` lies in the clear, and is long.

    The numbers are of ranges without gaps: whoever calls from none that exists is nobody.
    """

    owner: str = "Oenone" + secrets.token_hex(8)
    visitor: str = "Vérène" + secrets.token_hex(8)
    contact: str = "Corisande" + secrets.token_hex(8)
    word: str = "whispered" + secrets.token_hex(8)
    answer: str = "answered" + secrets.token_hex(8)
    refused: str = "refused" + secrets.token_hex(8)
    spoken: str = "spoken" + a_word()
    voice: bytes = encoded(speech(QUESTION))[4000:4080]
    phone: str = f"+3361{secrets.randbelow(10**7):07}"
    claimed: str = f"+3362{secrets.randbelow(10**7):07}"
    caller: str = f"+3364{secrets.randbelow(10**7):07}"
    control: str = "".join(secrets.choice(LETTERS) for _ in range(3000))

    @property
    def personal(self) -> set[str | bytes]:
        """What must be nowhere; of phone numbers, the digits."""
        named = {self.owner, self.visitor, self.contact, self.word, self.answer, self.refused}
        numbers = {self.phone[1:], self.claimed[1:], self.caller[1:]}
        taped = b"".join(bytes((sample, SILENCE)) for sample in self.voice)
        return {*named, *numbers, self.spoken, self.voice, taped}


PLANTED = Planted()


@pytest.fixture(scope="module")
async def lived_in(house: House, model: ScriptedAI) -> House:
    """People have signed up, written, been written down, searched for and refused."""
    email = f"{PLANTED.owner.lower()}@example.com"
    async with a_business(
        house.gateway, name=PLANTED.owner, email=email, prompt=PLANTED.control
    ) as business:
        await a_visit(business, model)
        await a_call(house, business, model)
        await staff_at_work(business)
    return house


async def a_visit(business: Business, ai: ScriptedAI) -> None:
    ai.reset()
    ai.plan(says(PLANTED.answer))
    address = f"{PLANTED.word}@example.com"
    visitor = await business.visitor(name=PLANTED.visitor, email=address, phone=PLANTED.claimed)
    await visitor.write(f"They {PLANTED.word} it.")
    await visitor.heard("agent")
    contact_id = await business.contact_of(visitor)
    await until(lambda: business.timeline(contact_id), longest=30)


async def a_call(house: House, business: Business, ai: ScriptedAI) -> None:
    """Recorded, and summarized in the caller's words."""
    ai.reset()
    ai.speech.hears(PLANTED.spoken)
    ai.otherwise = says(f"{PLANTED.answer}, {PLANTED.spoken}.")
    number = await a_number_of(business, ai)
    async with a_carrier(house) as board:
        line = Line(business, board, number)
        async with line.call(PLANTED.caller) as person:
            await person.listen()
            await person.agree()
            await person.ask(QUESTION)
    call = await line.over(PLANTED.caller)
    assert call["recording"]["available"]
    await line.summary(call)
    await line.contact_of(PLANTED.caller)


async def staff_at_work(business: Business) -> None:
    address = f"{PLANTED.contact.lower()}@example.com"
    said = {"name": PLANTED.contact, "phones": [PLANTED.phone], "emails": [address]}
    await business.http.post("/v1/contacts", json=said)
    for by in ({"name_prefix": PLANTED.contact}, {"phone": PLANTED.phone}, {"email": address}):
        answer = await business.http.post("/v1/contacts/search", json=by)
        assert len(answer.json()["data"]) == 1, answer.text
    for wrong in ({"name": [PLANTED.refused]}, {PLANTED.refused: 1}, {"emails": [PLANTED.refused]}):
        assert (await business.http.post("/v1/contacts", json=wrong)).status_code == 422


async def test_the_table_files_hold_none_of_it(lived_in: House) -> None:
    admin = await asyncpg.connect(lived_in.around().admin_url)
    await admin.execute("CHECKPOINT")
    await admin.close()

    seen = found_under({*PLANTED.personal, PLANTED.control[:1000]}, lived_in.postgres.data)

    assert seen == {PLANTED.control[:1000]}


async def test_no_object_holds_any_of_it(lived_in: House) -> None:
    assert lived_in.recordings

    assert not found_under(PLANTED.personal, lived_in.folder / "objects")


async def test_no_topic_holds_any_of_it(lived_in: House) -> None:
    declared = [name for one in topics() for name in (one.name, one.dead_letters)]
    raw = b""
    for name in declared:
        for record in await lived_in.broker.records(name):
            said = [value for _, value in record.headers]
            raw += b"\n".join([record.key or b"", record.value or b"", *said])

    assert b"contact_id" in raw
    assert not found(PLANTED.personal, raw)
    kept = {one.name.rpartition("-")[0] for one in lived_in.broker.folder.glob("data/*-*/")}
    assert set(declared) == {name for name in kept if not name.startswith("__")}


async def test_no_segment_of_kafka_holds_any_of_it(lived_in: House) -> None:
    seen = found_under({*PLANTED.personal, "contact_id"}, lived_in.broker.folder, "*.log")

    assert seen == {"contact_id"}


async def test_no_log_holds_any_of_it(lived_in: House) -> None:
    assert len(lived_in.logs) == len(lived_in.processes)

    seen = found_under({*PLANTED.personal, "http.serving"}, lived_in.folder / "logs")

    assert seen == {"http.serving"}


async def test_no_metric_holds_any_of_it(lived_in: House) -> None:
    said = {name: await lived_in.measured(name) for name in lived_in.processes}

    assert len(said) == len(lived_in.metrics)
    assert all("db_client_connection_max" in one for one in said.values())
    assert not found(PLANTED.personal, "\n".join(said.values()).encode())


async def test_no_trace_holds_any_of_it(lived_in: House) -> None:
    await until(lambda: b"crm" in b"".join(lived_in.traces.received), longest=30)

    assert not found(PLANTED.personal, b"".join(lived_in.traces.received))
