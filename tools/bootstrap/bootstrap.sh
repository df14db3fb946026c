#!/bin/sh
# From nothing to a working environment in .venv: Python packages by hash, ours editable. Run again, it goes on
# with what is missing.
set -eu
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    echo "ContactFlow needs Python 3.11 or newer as python3 (on Debian: apt-get install python3 python3-venv)." >&2
    exit 1
}
[ -x .venv/bin/python ] || "$python" -m venv .venv
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r tools/bootstrap/requirements.lock
export VIRTUAL_ENV="$PWD/.venv"
# Compiled at once: else each of the first dozen processes would compile all that it imports, all of them together.
.venv/bin/uv pip install -q --compile-bytecode --require-hashes -r requirements-dev.lock
set --
for member in libs/*/ services/*/; do set -- "$@" -e "$member"; done
.venv/bin/uv pip install -q --no-deps --no-build-isolation "$@"
