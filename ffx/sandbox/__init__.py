"""A local Explorer with sample data, to learn with and to test against."""
