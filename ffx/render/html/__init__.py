"""A report as one page that loads nothing and runs nothing, with a timeline drawn to scale."""
