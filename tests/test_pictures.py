"""The README's pictures show what the program prints."""

from xml.etree import ElementTree

import pytest

from tests.looping import each
from tests.pictures import FOLDER, PICTURES, picture, words_of
from tests.readme import README


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_what_the_program_prints(name: str) -> None:
    drawn = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")

    assert words_of(drawn) == words_of(picture(name))


@each("name", PICTURES)
def test_a_picture_is_a_drawing_that_loads_nothing(name: str) -> None:
    drawn = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")

    root = ElementTree.fromstring(drawn)  # noqa: S314  # our own drawing
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not any(word in drawn for word in ("url(", "@import", "href", "<script", "<image"))
    assert f"tests/pictures/{name}.svg" in README.read_text(encoding="utf-8")
