"""Moments, windows and time zones, read as people type them."""
