"""The fields of Query and Mutation and what they do; knows neither the endpoint nor the engine that asks for them."""
