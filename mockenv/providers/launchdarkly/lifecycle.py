"""Nothing is provisioned here: an environment is ready, keys and all, in the reply that creates it."""

from __future__ import annotations

from mockenv.kernel.catalogue.lifecycle import Lifecycle

LIFECYCLES: tuple[Lifecycle, ...] = ()
