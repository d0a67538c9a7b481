"""Replies drawn for people, and written for programs."""
