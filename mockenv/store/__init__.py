"""Where documents live: one interface, its stores, one suite of duties; knows no provider and no clock."""
