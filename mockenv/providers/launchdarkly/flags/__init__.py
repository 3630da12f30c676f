"""Feature flags: what is the same in all environments, and a configuration in each; a room that environments stand on."""
