"""The store in PostgreSQL: memory in front, tables that a person can read behind; nothing here is imported unless it is asked for."""
