"""A table of cases that are one test: what fails says which case it was.

To pytest each case is a test of its own, with its surroundings, its report and its place in the
order: some 5 ms. For a call of a pure function that is a hundred times what it shows.
"""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

Test = Callable[..., None]


def each(names: str | tuple[str, ...], cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Run a test for each of `cases`; to be written as `pytest.mark.parametrize` would be."""
    words = [name.strip() for name in names.split(",")] if isinstance(names, str) else [*names]
    table = [(case,) if len(words) == 1 else tuple(case) for case in cases]
    assert table, "a test without cases shows nothing"

    def repeat(test: Test) -> Test:
        @functools.wraps(test)
        def repeated(*given: Any, **more: Any) -> None:
            for values in table:
                case = dict(zip(words, values, strict=True))
                try:
                    test(*given, **more, **case)
                except BaseException as error:
                    error.add_note(f"in the case {case!r:.1000}")
                    raise

        own = inspect.signature(test)
        others = [each for name, each in own.parameters.items() if name not in words]
        repeated.__signature__ = own.replace(parameters=others)  # type: ignore[attr-defined]
        del repeated.__wrapped__
        return repeated

    return repeat
