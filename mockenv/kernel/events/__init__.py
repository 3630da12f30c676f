"""What happened, and telling those who want to know."""
