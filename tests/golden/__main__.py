"""`python -m tests.golden`: keep what the run gives now."""

from __future__ import annotations

from mockenv.client import Mockenv
from mockenv.serving import ThreadedServer
from mockenv.settings import Settings
from tests.golden.run import play
from tests.golden.test_golden import KEPT

if __name__ == "__main__":
    running = ThreadedServer(Settings(port=0, check_replies="fail", log_level="warning")).start()
    try:
        KEPT.write_text(play(Mockenv(running.url)), encoding="utf-8")
    finally:
        running.stop()
