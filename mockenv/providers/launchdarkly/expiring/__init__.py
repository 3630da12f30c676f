"""Targets that go by themselves at a date: contexts that a flag serves something of their own, or that a segment has in its lists."""
