"""What every provider stands on: sandboxes, time, chance, lifecycles, events; knows no provider and no HTTP."""
