"""What real programs do, measured: `make tables` runs them and keeps what was seen in docs/tables."""
