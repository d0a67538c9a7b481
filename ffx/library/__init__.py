"""The same look-ups for Python programs: no output, no exit codes, answers as values."""
