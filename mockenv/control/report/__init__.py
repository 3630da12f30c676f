"""Verdicts on the client: what its requests, its resources and its webhook receiver say of it, rule by rule."""
