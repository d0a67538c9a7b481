"""What leaves the process: clean text, widths, words, streams, files. Knows no API."""
