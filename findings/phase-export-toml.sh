#!/bin/sh
# phase-cli 1.21.3: `phase secrets export --format toml` puts a value between quotation marks as it is. What has a backslash reads back as
# something else, or, like a value with a quotation mark or a second line, as no TOML at all.
#
# Seen, read by Python's tomllib: `C:\temp\new` comes back with a tab and a line break in it; `say "hi"` ends the reading of the whole file.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check phase-cli==1.21.3
env/bin/python - <<'PY'
import contextlib
import io
import tomllib

from phase_cli.cmd.secrets.export import export_toml


def written(value):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        export_toml({"KEY": value})
    return out.getvalue()


path = tomllib.loads(written("C:\\temp\\new"))["KEY"]
print(repr(path))
assert path == "C:\temp\new"
for value in ('say "hi"', "two\nlines"):
    try:
        raise SystemExit(f"reads back as {tomllib.loads(written(value))}")
    except tomllib.TOMLDecodeError as error:
        print(error)
PY
