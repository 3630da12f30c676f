"""Services that are served from nothing but their own documents."""
