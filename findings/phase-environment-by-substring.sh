#!/bin/sh
# phase-cli 1.21.3 and phase-dev 2.1.2 (Phase's command line and Python SDK) look for an environment whose name *contains* what was asked
# for, in the server's order, and take the first. An environment of exactly that name loses to an earlier one that has it inside.
#
# Seen: asked for `Production`, both take `Non-Production`, which the server lists first.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check phase-cli==1.21.3 phase-dev==2.1.2
env/bin/python - <<'PY'
from phase.utils.misc import phase_get_context as by_sdk
from phase_cli.utils.misc import phase_get_context as by_cli


def key(name):
    return {"environment": {"id": name, "name": name}, "identity_key": "00"}


told = {"apps": [{"id": "1", "name": "shop", "environment_keys": [key("Non-Production"), key("Production")]}]}
for look in (by_cli, by_sdk):
    found = look(told, app_name="shop", env_name="Production")[2]
    print(look.__module__, "takes", found)
    assert found == "Non-Production"
PY
