"""From a document to a model: what its paths, methods and schemas most likely mean, and how sure that is; serves nothing."""
