"""The command that anybody can run: a sentence, and an exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contactflow.erasure.receipts import ReceiptKey, published, sign
from contactflow.erasure.receipts.__main__ import main

KEY = ReceiptKey(Ed25519PrivateKey.generate())


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(sign({"rows": 3}, KEY), indent=2))
    return path


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(published([KEY])))
    return path


def test_a_genuine_receipt(receipt: Path, keys: Path) -> None:
    asked = [sys.executable, "-m", "contactflow.erasure.receipts", "verify"]
    done = subprocess.run(
        [*asked, receipt, "--keys", keys], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Genuine: signed with the key {KEY.id}.\n"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"rows": 3', '"rows": 2', "it was changed after it was signed (receipt_bad_signature)"),
        ('"rows": 3', '"rows": 3, "rows": 3', "this is no receipt (receipt_malformed)"),
        (KEY.id, "somebody", "none of these keys signed it (receipt_unknown_key)"),
        ("{", "{" * 2_000_000, "this is no receipt (receipt_malformed)"),
    ],
)
def test_one_that_is_not(
    receipt: Path, keys: Path, old: str, new: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt.write_text(receipt.read_text().replace(old, new))

    assert main(["verify", str(receipt), "--keys", str(keys)]) == 1
    assert capsys.readouterr().err == f"Not genuine: {why}.\n"


def test_nobody_can_tell_without_both_files(
    receipt: Path, keys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "nowhere.json"

    assert main(["verify", str(nowhere), "--keys", str(keys)]) == 2
    assert main(["verify", str(receipt), "--keys", str(tmp_path)]) == 2
    assert main(["verify", str(receipt), "--keys", str(receipt)]) == 2
    assert [line.partition(":")[0] for line in capsys.readouterr().err.splitlines()] == [
        "Can't tell"
    ] * 3
