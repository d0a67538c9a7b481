"""From a target to what was found: which requests to make, and what their absence means."""
