"""Planted: whoever waits for an answer that was lost waits for ever."""

from __future__ import annotations

import threading

from tests.sweep.programs.service import ENVIRONMENTS, Lost, ask

try:
    ask("GET", ENVIRONMENTS)
except Lost:
    threading.Event().wait()
