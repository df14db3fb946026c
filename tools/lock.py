"""Write the hash-pinned locks from what the packages say they need.

    python -m tools.lock

`requirements.lock` is the product, `requirements-dev.lock` the product and what develops it,
`requirements-ai.lock` the local AI, which has an environment of its own.
No index address is written: a lock says what, not from where.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
TESTING = ROOT / "libs/testing/pyproject.toml"
LOCAL_AI = ROOT / "tools/local_ai/requirements.in"


def main() -> None:
    members = sorted(ROOT.glob("libs/*/pyproject.toml")) + sorted(
        ROOT.glob("services/*/pyproject.toml")
    )
    product = [one for path in members if path != TESTING for one in needs(path)]
    group = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["dev"]
    compile_lock(product, ROOT / "requirements.lock")
    pinned = ["--constraints", str(ROOT / "requirements.lock")]
    compile_lock([*product, *needs(TESTING), *group], ROOT / "requirements-dev.lock", *pinned)
    compile_lock([LOCAL_AI.read_text()], ROOT / "requirements-ai.lock")


def needs(pyproject: Path) -> list[str]:
    """What a package takes from outside this repository."""
    named = tomllib.loads(pyproject.read_text())["project"]["dependencies"]
    return [one for one in named if not one.startswith("contactflow-")]


def compile_lock(wanted: list[str], lock: Path, *more: str) -> None:
    """Pin, with hashes, keeping the versions that are there and still fit."""
    uv = [sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--generate-hashes"]
    uv += ["--no-emit-index-url", "--no-header", "--no-annotate", "--python-version", "3.11"]
    subprocess.run(  # noqa: S603  our own command
        [*uv, *more, "--output-file", str(lock)], input="\n".join(wanted), text=True, check=True
    )


if __name__ == "__main__":
    main()
