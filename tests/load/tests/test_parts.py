"""What one part of the benchmark must not know of another."""

import subprocess
import sys

KNOWN = """
import tests.load.__main__
import tests.load.erasure.report
from contactflow.persistence import Base
print(*Base.metadata.tables)
"""


def test_whoever_measures_erasures_in_chat_knows_no_table_of_crm() -> None:
    """The eraser goes through all tables that its process knows."""
    done = subprocess.run([sys.executable, "-c", KNOWN], check=True, capture_output=True, text=True)

    tables = set(done.stdout.split())
    assert "messages" in tables
    assert not tables & {"contacts", "timeline_items", "calls", "accounts"}
