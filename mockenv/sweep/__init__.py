"""The failure-point sweep: a command is run once for every point at which something can fail, each time with that one failure."""
