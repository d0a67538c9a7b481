"""The version; it stands here alone."""

__version__ = "1.1.0"
