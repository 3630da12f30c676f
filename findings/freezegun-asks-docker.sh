#!/bin/sh
# freezegun 1.5.5 beside testcontainers 4.15.0: to freeze the time is to ask the Docker engine which version it has. freezegun reads every
# attribute that every loaded module names; the module testcontainers.core.config works its old names out when they are read, and one
# of them is found by a connection to DOCKER_HOST. Where no engine is, the failed connection is swallowed, and its socket left to the
# garbage collector, which tells of it (ResourceWarning) in whichever test it runs. `ignore=["testcontainers"]` keeps freezegun out of it.
#
# Seen: a listener at DOCKER_HOST has no visitor after the import, one as soon as time is frozen, and none where it is told to ignore it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check freezegun==1.5.5 testcontainers==4.15.0 docker==7.2.0
cat > freezes.py <<'PY'
import os
import socket
import sys

door = socket.create_server(("127.0.0.1", 0))
door.settimeout(0.2)
os.environ["DOCKER_HOST"] = f"tcp://127.0.0.1:{door.getsockname()[1]}"
os.environ["DOCKER_CLIENT_TIMEOUT"] = "1"

import threading

import freezegun
import testcontainers.core.config  # noqa: F401


visitors = []


def receive():
    while True:
        try:
            visitor, _ = door.accept()
        except TimeoutError:
            if done.is_set():
                return
            continue
        visitors.append(visitor.recv(100).split(b"\r\n")[0].decode())
        visitor.close()


done = threading.Event()
porter = threading.Thread(target=receive)
porter.start()
try:
    with freezegun.freeze_time("2026-01-24", ignore=sys.argv[1:]):
        pass
finally:
    done.set()
    porter.join()
print(len(visitors) > 0, visitors[:1])
PY
plain=$(env/bin/python freezes.py)
told=$(env/bin/python freezes.py testcontainers)
echo "$plain"
echo "$told"
[ "$plain" = "True ['GET /version HTTP/1.1']" ]
[ "$told" = "False []" ]
