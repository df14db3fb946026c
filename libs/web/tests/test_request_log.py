"""What the log says of a request."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from httpx import AsyncClient

from contactflow.telemetry import log_to

ID = "b" * 32


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root, lines = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    log_to(lines, service="notes", role="api")
    yield lines
    root.handlers[:], root.level = handlers, level


async def test_every_line_says_its_id_and_the_last_one_how_it_ended(
    http: AsyncClient, lines: io.StringIO
) -> None:
    path = "/v1/notes/note_01h455vb4pex5vsknk084sn02q/explode?q=secret"
    await http.post(path, headers={"X-Request-Id": ID})

    failed, done = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert failed["request_id"] == done["request_id"] == ID
    assert (done["event"], done["method"], done["status"]) == ("request.done", "POST", 500)
    assert failed["stack"][-1].endswith(" explode")
    assert "secret" not in lines.getvalue()
    assert "explode" not in json.dumps(done)
