"""What may leave this machine: case files, and aliases for what identifies somebody."""
