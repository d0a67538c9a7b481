"""What must never happen, by the rows of the table of faults."""

import pytest

pytest.register_assert_rewrite("tests.faults.rows")
