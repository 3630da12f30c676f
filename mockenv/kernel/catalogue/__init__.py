"""What there is in the simulated services: lifecycles, operations and events, as tables; runs nothing."""
