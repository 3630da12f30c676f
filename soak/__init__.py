"""Long runs against a server of its own: hostile clients, churn, memory, stopping. `make soak`."""
