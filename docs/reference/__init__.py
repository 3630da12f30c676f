"""Pages that are drawn from the code alone: command line, settings, control plane, client, fixtures."""
