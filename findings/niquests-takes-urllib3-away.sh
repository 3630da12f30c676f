#!/bin/sh
# niquests 3.21.2 brings urllib3-future, which lies down in urllib3's own folder. From then on `requests` stands on another library: its
# errors read otherwise, `import urllib3` and the installed package's metadata disagree on the version, and `pip check` finds nothing. When
# both are uninstalled again, urllib3 is gone, while pip still lists it, and `import requests` fails.
#
# Seen: 2.8.0 becomes 2.25.904 (metadata: 2.8.0); an answer that is no HTTP is `BadStatusLine(…)` before, `illegal status line` after; then
# `No module named 'urllib3.exceptions'`.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check requests==2.34.2 urllib3==2.8.0
cat >look.py <<'PY'
import socket
from importlib.metadata import version
from threading import Thread

import requests
import urllib3

listener = socket.create_server(("127.0.0.1", 0))


def serve():
    connection, _ = listener.accept()
    connection.recv(65536)
    connection.sendall(b"no HTTP\r\n\r\n")
    connection.close()


Thread(target=serve, daemon=True).start()
try:
    requests.get(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=10)
except requests.ConnectionError as error:
    print(urllib3.__version__, version("urllib3"), error)
PY
before=$(env/bin/python look.py)
env/bin/pip install --quiet --disable-pip-version-check niquests==3.21.2 urllib3-future==2.25.904
after=$(env/bin/python look.py)
env/bin/pip check
env/bin/pip uninstall --quiet --yes niquests urllib3-future
gone=$(env/bin/python look.py 2>&1 | tail -1)
env/bin/pip show --quiet urllib3
printf '%s\n' "$before" "$after" "$gone"
case $before in "2.8.0 2.8.0 "*BadStatusLine*) ;; *) exit 1 ;; esac
case $after in "2.25.904 2.8.0 "*"illegal status line"*) ;; *) exit 1 ;; esac
case $gone in *"No module named 'urllib3"*) ;; *) exit 1 ;; esac
