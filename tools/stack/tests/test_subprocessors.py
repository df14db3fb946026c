"""Who is given content outside is named in receipts, or the operator is told that nobody is."""

import json
from pathlib import Path

import pytest

from tools.stack import services, stack
from tools.stack.keys import secrets
from tools.stack.settings import Settings, read

OPENAI = "https://api.openai.com/v1"
NAMED = json.dumps({"OpenAI": 30})


@pytest.mark.parametrize(
    ("base_url", "named", "warned"),
    [
        (OPENAI, None, True),
        (OPENAI, NAMED, False),
        ("http://127.0.0.1:9/v1", None, False),
        ("http://[::1]:9/v1", None, False),
        (None, None, False),
    ],
)
def test_a_model_elsewhere_that_receipts_do_not_name_is_told(
    capsys: pytest.CaptureFixture[str], base_url: str | None, named: str | None, *, warned: bool
) -> None:
    stack.warn(Settings(Path("/tmp"), openai_base_url=base_url, subprocessors=named))

    assert ("SUBPROCESSORS" in capsys.readouterr().out) == warned


def test_who_signs_receipts_is_told_whom_to_name(tmp_path: Path) -> None:
    settings = read({"SUBPROCESSORS": NAMED})
    kept = secrets(tmp_path, ["crm", "privacy"])
    urls = dict.fromkeys(("crm", "privacy"), "http://127.0.0.1:1")
    named = settings.subprocessors or ""
    around = services.Around("", "", {}, {}, kept, urls, "", "", "", subprocessors=named)

    told = {name: services.environment(name, around) for name in urls}

    assert told["privacy"]["SUBPROCESSORS"] == NAMED
    assert "SUBPROCESSORS" not in told["crm"]
