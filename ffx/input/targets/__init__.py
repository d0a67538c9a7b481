"""IDs, and whatever text holds one."""
