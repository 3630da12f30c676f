#!/bin/sh
# phase-cli 1.21.3 writes a .env with `phase secrets export`; python-dotenv 1.2.4 and dotenv 18.0.10 (npm) read it. Of three values that
# any of them may hold, no two of the three programs agree on all.
#
# Seen, written value / read in Python / read in Node:
#   say "hi"       nothing, the key has no value    say "hi"
#   C:\temp\new    a tab and a line break in it     only the line break, \t stays
#   ${HOME}        the reader's own home            ${HOME}
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check phase-cli==1.21.3 python-dotenv==1.2.4
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . dotenv@18.0.10
env/bin/python - <<'PY'
import contextlib

from phase_cli.cmd.secrets.export import export_dotenv

for name, value in {"QUOTE": 'say "hi"', "WINDOWS": "C:\\temp\\new", "DOLLAR": "${HOME}"}.items():
    with open(f"{name}.env", "w") as file, contextlib.redirect_stdout(file):
        export_dotenv({name: value})
PY
HOME=/here env/bin/python - <<'PY'
from dotenv import dotenv_values

read = {name: dotenv_values(f"{name}.env").get(name) for name in ("QUOTE", "WINDOWS", "DOLLAR")}
print("Python:", read)
assert read == {"QUOTE": None, "WINDOWS": "C:\temp\new", "DOLLAR": "/here"}
PY
HOME=/here node - <<'JS'
const dotenv = require('dotenv');
const { readFileSync } = require('node:fs');
const read = Object.assign({}, ...['QUOTE', 'WINDOWS', 'DOLLAR'].map((name) => dotenv.parse(readFileSync(`${name}.env`))));
console.log('Node:', read);
require('node:assert').deepEqual(read, { QUOTE: 'say "hi"', WINDOWS: 'C:\\temp\new', DOLLAR: '${HOME}' });
JS
