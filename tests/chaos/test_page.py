"""`docs/faults.md` names tests that exist."""

import re
from pathlib import Path

import pytest

from tools.stack.settings import ROOT

NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", (ROOT / "docs" / "faults.md").read_text())


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_every_proof_that_the_page_names_exists(file: str, test: str) -> None:
    assert re.search(rf"def {test}\(", (ROOT / file).read_text())


def test_the_page_names_every_storm() -> None:
    storms = Path(__file__).parent.rglob("test_*.py")
    written = {
        name for file in storms for name in re.findall(r"async def (test_\w+)\(", file.read_text())
    }

    assert written
    assert written <= {test for _, test in NAMED}
