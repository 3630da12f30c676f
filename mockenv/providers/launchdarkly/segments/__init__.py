"""Segments: named groups of contexts in one environment, which rules of flags refer to."""
