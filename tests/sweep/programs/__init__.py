"""Small programs that are swept: each makes an environment for a preview and takes it down."""
