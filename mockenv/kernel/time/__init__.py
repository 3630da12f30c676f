"""What time it is, and what is due next; what is due is not run here."""
