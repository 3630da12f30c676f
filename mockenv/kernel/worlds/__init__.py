"""Sandboxes: how they begin, how time passes in them, what is noted of them."""
