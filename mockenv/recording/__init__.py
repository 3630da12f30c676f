"""Exchanges with a real service: kept in a file that people read before they keep it, secrets out; plays and judges nothing."""
