"""Carriers over HTTP, on real PostgreSQL."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from contactflow.kernel import decode
from contactflow.persistence import Work
from contactflow.vault import keyring
from contactflow.voice.carriers.model import Secrets, SigningKey
from contactflow.voice.carriers.repository import SqlCarriers
from services.voice.tests.switchboard import TWILIO, Switchboard

URL = "/v1/carriers"
KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
TELNYX = {"kind": "telnyx", "account_id": "1", "secret": "KEY1", "public_key": KEY}


async def secrets(switchboard: Switchboard, carrier_id: str) -> Secrets:
    async def look(work: Work) -> Secrets:
        carrier = await SqlCarriers(work).get(decode("car", carrier_id))
        return carrier.secrets(keyring(work.session.info))

    return await switchboard.works.run(switchboard.workspace_id, look)


@pytest.mark.parametrize("new", [TWILIO | {"account_id": "AC2"}, TELNYX])
async def test_a_carrier_is_shown_without_its_secrets(
    http: AsyncClient, staff: dict[str, str], new: dict[str, Any]
) -> None:
    created = await http.post(URL, json=new, headers=staff)

    shown = await http.get(created.headers["location"], headers=staff)

    assert created.status_code == 201
    assert shown.json() == created.json()
    assert shown.headers["etag"] == created.headers["etag"]
    assert new["secret"] not in created.text


async def test_secrets_lie_sealed(switchboard: Switchboard) -> None:
    async def look(work: Work) -> bytes:
        raw: bytes = (await work.rows(text("SELECT sealed FROM carriers"))).scalar_one()
        return raw

    raw = await switchboard.works.run(switchboard.workspace_id, look)

    assert TWILIO["secret"].encode() not in raw
    assert await secrets(switchboard, switchboard.carrier["id"]) == Secrets(TWILIO["secret"])


async def test_one_account_is_connected_once(switchboard: Switchboard) -> None:
    answer = await switchboard.http.post(URL, json=TWILIO, headers=switchboard.staff)

    assert (answer.status_code, answer.json()["code"]) == (409, "carrier_exists")


async def test_a_change_says_only_what_is_new(switchboard: Switchboard) -> None:
    path = f"{URL}/{switchboard.carrier['id']}"
    new = {"signing_key": {"id": "k1", "secret": "shared"}}

    changed = await switchboard.http.patch(
        path, json=new, headers=switchboard.staff | {"If-Match": '"1"'}
    )

    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    known = await secrets(switchboard, switchboard.carrier["id"])
    assert known == Secrets(TWILIO["secret"], SigningKey("k1", "shared"))


@pytest.mark.parametrize(("tag", "status"), [(None, 428), ('"7"', 412)])
async def test_a_change_is_based_on_what_was_read(
    switchboard: Switchboard, tag: str | None, status: int
) -> None:
    headers = switchboard.staff | ({"If-Match": tag} if tag else {})

    answer = await switchboard.http.patch(
        f"{URL}/{switchboard.carrier['id']}", json={"secret": "x"}, headers=headers
    )

    assert answer.status_code == status


async def test_a_carrier_with_numbers_stays(switchboard: Switchboard) -> None:
    path, number = f"{URL}/{switchboard.carrier['id']}", switchboard.number["id"]
    refused = await switchboard.http.delete(path, headers=switchboard.staff)

    await switchboard.http.delete(f"/v1/phone-numbers/{number}", headers=switchboard.staff)
    gone = await switchboard.http.delete(path, headers=switchboard.staff)

    assert (refused.status_code, refused.json()["code"]) == (409, "carrier_in_use")
    assert gone.status_code == 204


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "fax"},
        {"secret": ""},
        {"public_key": KEY},
        {"account_id": "a b"},
        {"signing_key": {"id": "k1"}},
    ],
)
async def test_a_bad_carrier_is_refused(
    http: AsyncClient, staff: dict[str, str], bad: dict[str, Any]
) -> None:
    answer = await http.post(URL, json=TWILIO | bad, headers=staff)

    assert answer.status_code == 422


async def test_a_telnyx_carrier_has_a_real_key(http: AsyncClient, staff: dict[str, str]) -> None:
    answer = await http.post(URL, json=TELNYX | {"public_key": "AAAA"}, headers=staff)

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/public_key"]


@pytest.mark.parametrize(("kind", "code"), [("vonage", "not_allowed"), (None, "missing")])
async def test_a_carrier_is_of_a_kind_that_is_known(
    http: AsyncClient, staff: dict[str, str], kind: str | None, code: str
) -> None:
    said = {name: one for name, one in (TWILIO | {"kind": kind}).items() if one}

    answer = await http.post(URL, json=said, headers=staff)

    told = [(one["pointer"], one["code"]) for one in answer.json()["errors"]]
    assert (answer.status_code, told) == (422, [("/kind", code)])
