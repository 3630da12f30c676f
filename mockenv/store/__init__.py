"""Where documents live: one interface, two stores, one suite of duties; knows no provider and no clock."""
