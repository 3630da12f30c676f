#!/bin/sh
# phase-cli 1.21.3: `phase secrets import` reads a .env file line by line. The word `export` before a name, which shells and dotenv readers
# allow, becomes part of the secret's name, a comment behind a value part of its value, and a value of one quotation mark is empty.
#
# Seen: `export TOKEN=a # b` is created as `EXPORT TOKEN` with the value `a # b`; `INCH="` is created empty.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check phase-cli==1.21.3
cat >.env <<'ENV'
export TOKEN=a # b
INCH="
ENV
env/bin/python - <<'PY'
from types import SimpleNamespace

from phase_cli.cmd.secrets import import_env


class Listening:
    def create(self, key_value_pairs, **_):
        self.__class__.created = key_value_pairs
        return SimpleNamespace(status_code=200)


import_env.Phase = Listening
import_env.phase_secrets_env_import(".env")
print(Listening.created)
assert Listening.created == [("EXPORT TOKEN", "a # b"), ("INCH", "")]
PY
