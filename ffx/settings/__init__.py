"""What a run is set to: flags over environment over file; tokens, folders, names, limits."""
