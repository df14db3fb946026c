import json
import re

import pytest
from httpx import AsyncClient

from contactflow.web.catalogue import problems
from contactflow.web.openapi import operations


async def test_one_document_describes_everything(http: AsyncClient) -> None:
    answer = await http.get("/openapi.json")

    paths = answer.json()["paths"]
    assert {"/v1/me", "/v1/contacts", "/v1/conversations"} <= paths.keys()
    assert not [path for path in paths if path.startswith("/internal")]


async def test_no_change_shows_a_default(http: AsyncClient) -> None:
    whole = (await http.get("/openapi.json")).json()

    bodies = [one.said["requestBody"] for one in operations(whole) if one.method == "patch"]
    names = {*re.findall(r"#/components/schemas/(\w+)", json.dumps(bodies))}
    said = {name: whole["components"]["schemas"][name]["properties"] for name in names}
    assert len(said) >= 4
    assert [n for n, fields in said.items() if any("default" in f for f in fields.values())] == []


async def test_only_what_is_open_asks_for_nothing(http: AsyncClient) -> None:
    whole = (await http.get("/openapi.json")).json()

    asked = {one.said["operationId"]: one.said["security"] for one in operations(whole)}
    assert {name for name, schemes in asked.items() if {} in schemes} == {
        "ask_for_erasure",
        "ask_for_password",
        "get_keys",
        "log_in",
        "open_session",
        "prove_request",
        "replace_password",
        "sign_up",
    }
    assert {name for name, schemes in asked.items() if {"visitor": []} in schemes} == {
        "get_own_request",
        "list_messages",
        "send_message",
        "stream_events",
    }


async def test_the_page_shows_every_operation_and_runs_nothing(http: AsyncClient) -> None:
    answer = await http.get("/docs")

    whole = json.loads((await http.get("/openapi.json")).text)
    shown = {*re.findall(r'<article id="([a-z_]+)">', answer.text)}
    assert shown == {one.said["operationId"] for one in operations(whole)}
    assert len(shown) >= 30
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    linked = {*re.findall(r'(?:href|src)="([^"#]+)"', answer.text)}
    assert all(one.startswith("/") for one in linked)
    assert {(await http.get(one)).status_code for one in linked} == {200}


@pytest.mark.parametrize(("language", "word"), [("en", "Not found"), ("fr", "Introuvable")])
async def test_every_code_is_explained(http: AsyncClient, language: str, word: str) -> None:
    answer = await http.get("/problems", headers={"Accept-Language": language})

    assert {*re.findall(r'<article id="([a-z_]+)">', answer.text)} == problems().keys()
    assert word in answer.text
    assert answer.headers["content-language"] == language


async def test_a_problem_names_its_explanation(http: AsyncClient) -> None:
    told = (await http.get("/v1/nothing")).json()["type"]

    page, _, anchor = told.partition("#")
    assert f'id="{anchor}"' in (await http.get(page)).text
