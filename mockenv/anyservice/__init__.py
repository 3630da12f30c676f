"""Any service from its own OpenAPI document: reading it, inferring a model of it, and serving that as a provider like ours."""
