"""A document and a model as a provider like ours: the same pipeline, kernel and control plane; infers nothing."""
