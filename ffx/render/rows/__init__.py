"""One line a row: plain text for pipes, CSV, JSON Lines, and one line a target."""
