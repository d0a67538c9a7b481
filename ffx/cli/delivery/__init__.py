"""From targets to written results: what is asked, of whom, in which order, in which format."""
