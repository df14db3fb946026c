"""Each service installs and imports alone, with what it names and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.check_members import bare, members

ROOT = Path(__file__).parents[2]
SERVICES = [one.parent for one in members() if one.parent.parent.name == "services"]
MODULES = "import importlib; [importlib.import_module(one) for one in {!r}]"


def needed(folder: Path) -> set[Path]:
    """The folders of a package and of every library of ours below it."""
    named = (folder / "pyproject.toml").read_text()
    below = [one.parent for one in members() if f'"contactflow-{one.parent.name}"' in named]
    return {folder}.union(*(needed(one) for one in below if one != folder))


def modules(folder: Path) -> list[str]:
    """Every module of a service but its migrations, which Alembic runs."""
    sources = folder / "src"
    parts = (one.relative_to(sources).with_suffix("").parts for one in sources.rglob("*.py"))
    names = {".".join(one).removesuffix(".__init__") for one in parts if "migrations" not in one}
    return sorted(one for one in names if not one.endswith("__main__"))


@pytest.mark.parametrize("service", SERVICES, ids=lambda one: bare(one.name))
def test_a_service_installs_and_imports_alone(service: Path, tmp_path: Path) -> None:
    uv = [sys.executable, "-m", "uv", "--quiet"]
    python = str(tmp_path / "bin/python")
    subprocess.run([*uv, "venv", "--python", sys.executable, str(tmp_path)], check=True)
    pinned = ["--constraints", str(ROOT / "requirements.lock")]
    folders = [str(one) for one in needed(service)]
    subprocess.run([*uv, "pip", "install", "--python", python, *pinned, *folders], check=True)

    imported = subprocess.run(
        [python, "-c", MODULES.format(modules(service))], cwd=tmp_path, check=False
    )

    assert imported.returncode == 0
    assert list(tmp_path.rglob(f"contactflow/{service.name}/migrations/versions/*.py"))


def test_every_service_is_tried() -> None:
    assert len(SERVICES) == len(list((ROOT / "services").glob("*/pyproject.toml")))
