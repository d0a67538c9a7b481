"""What reaches a terminal: every code point of Unicode, and a real terminal's own state."""

import pytest

pytest.register_assert_rewrite("tests.terminal.tmux")
