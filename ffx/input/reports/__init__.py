"""Tables that people hand in: files of whatever encoding and shape, their columns and cells."""
