"""What went wrong, with evidence: the rules, a file a family, and what runs them."""
