"""What a problem says for all of them, no single one says otherwise."""

import json
from http import HTTPStatus

from contactflow.web.problems import problem


def test_a_fact_replaces_no_member_of_the_standard() -> None:
    scope = {"type": "http", "headers": []}

    answer = problem(scope, HTTPStatus.CONFLICT, "conflict", status="open", state="open")

    told = json.loads(bytes(answer.body))
    assert (told["status"], told["state"], told["code"]) == (409, "open", "conflict")
