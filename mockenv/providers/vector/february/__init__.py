"""The generation of February 2026: how it writes what the earlier one stores, and where it finds it."""
