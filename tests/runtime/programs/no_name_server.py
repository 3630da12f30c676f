"""`mockenv` on a machine whose name server never answers: a lookup of any name under `.test` begins, and does not end."""

from __future__ import annotations

import socket
import sys
import threading
from typing import Any

from mockenv.cli import main

answers = socket.getaddrinfo


def never_answers(host: Any, *more: Any, **named: Any) -> Any:
    if str(host).endswith(".test"):
        sys.stdout.write(f"asked for {host}\n")
        sys.stdout.flush()
        threading.Event().wait()
    return answers(host, *more, **named)


socket.getaddrinfo = never_answers

if __name__ == "__main__":
    main()
