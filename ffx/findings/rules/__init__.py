"""The rules of the catalogue, a file a family."""
