"""Provisioning as tables of steps, and the engine that walks them."""
