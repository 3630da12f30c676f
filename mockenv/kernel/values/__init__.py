"""Values that know nobody: instants, delays, chance and what is drawn from it."""
