"""The HTTP module, and the account that it speaks for. The only importer of httpx."""
