"""Several servers on one database, each at work on some of its sandboxes; nothing here is imported unless the state is in one."""
