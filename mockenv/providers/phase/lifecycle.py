"""Nothing provisions in Phase: create answers with the finished environment, so there is no table of steps."""

from __future__ import annotations

from mockenv.kernel.catalogue.lifecycle import Lifecycle

LIFECYCLES: tuple[Lifecycle, ...] = ()
