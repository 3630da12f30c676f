"""Whether mockenv is still like the real service: a suite as data, played on both, compared, told."""
