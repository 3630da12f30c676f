"""The control plane, /_mockenv/…: sandboxes, time, faults and what happened; is handed what it controls."""
