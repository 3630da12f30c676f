"""OpenAPI documents as vendors publish them, brought into the one form that is served here; infers nothing."""
