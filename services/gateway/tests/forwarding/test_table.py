import json
import subprocess
import sys
from pathlib import Path

import pytest

from contactflow.gateway.docs.endpoints import DOCUMENT
from contactflow.gateway.forwarding.table import TABLE, is_plain, owner

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("service", TABLE)
def test_every_public_path_of_a_service_is_routed_to_it(service: str) -> None:
    asked = [sys.executable, "-m", "tools.generate_openapi", service]
    said = subprocess.run(asked, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout

    paths = json.loads(said)["paths"]

    assert paths
    assert {owner(path) for path in paths} == {service}


def test_what_the_services_have_not_is_our_own() -> None:
    paths = json.loads(DOCUMENT)["paths"]
    own = {path for path in paths if owner(path) is None}

    assert own == {path for path in paths if path.startswith(OWN)}
    assert len(paths) - len(own) >= 15


OWN = ("/v1/auth/", "/v1/me", "/v1/api-keys", "/v1/agents")


def test_what_is_well_known_of_receipts_is_privacys() -> None:
    assert owner("/.well-known/contactflow-keys.json") == "privacy"
    assert owner("/.well-known/openid-configuration") is None


@pytest.mark.parametrize("path", ["/chat/cf_web_x", "/widget.js", "/widget.css"])
def test_pages_are_chats(path: str) -> None:
    assert owner(path) == "chat"


@pytest.mark.parametrize(
    "path", ["/v1/contactsx", "/widget.jsx", "/internal/subjects/1", "/v1", "/"]
)
def test_a_prefix_ends_where_a_segment_ends(path: str) -> None:
    assert owner(path) is None


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("/v1/contacts", True),
        ("/v1/contacts/con_1/timeline", True),
        ("/v1/contacts/", True),
        ("/v1//contacts", False),
        ("/v1/contacts/../x", False),
        ("/v1/contacts/..", False),
        ("/v1/contacts/a%2fb", False),
        ("/v1/contacts/a\\b", False),
    ],
)
def test_a_path_is_read_in_one_way(path: str, plain: bool) -> None:  # noqa: FBT001  a table
    assert is_plain(path) == plain
