"""Values that a schema allows and that look like what they are called; all chance is the sandbox's."""
