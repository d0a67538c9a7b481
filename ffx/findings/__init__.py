"""What went wrong, told by rules with evidence: the rules a file a family, and what runs them."""
