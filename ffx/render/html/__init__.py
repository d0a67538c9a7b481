"""A report as one page that loads nothing and runs nothing, with a timeline drawn to scale."""

from ffx.render.html.page import page, parts_of_page

__all__ = ["page", "parts_of_page"]
