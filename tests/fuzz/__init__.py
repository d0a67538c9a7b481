"""Whatever comes in, a run ends soon, with a documented code and without a fault.

A few seconds each by default. For long: `FFX_FUZZ=2000 pytest tests/fuzz`, which is how many
examples each test tries.
"""

import pytest

pytest.register_assert_rewrite("tests.fuzz.running")
