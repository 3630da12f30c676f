"""The published documents as running things: routes, validators, reply checks; knows no provider and no Flask."""
