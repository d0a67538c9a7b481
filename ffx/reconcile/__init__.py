"""A network's report beside the tracker: what is missing, and what that has in common."""
