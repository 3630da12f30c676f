"""The outside world: real time that wakes sandboxes; is handed what it works on."""
