"""What a worker of the suite tells whoever gathers the reports: one message a test that passed.

pytest tells the start, three phases and the end of each test. Thousands of tests are over in a
millisecond, and to pack, send and unpack all that takes twice as long as they do.
"""

import pytest
from _pytest.runner import runtestprotocol


class Fewer:
    """A plugin for workers, in place of pytest's own way through a test."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run the test; of one that passed tell the call, with what is known at its end."""
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        if all(report.passed for report in reports):
            end = reports[-1]
            reports = [report for report in reports if report.when == "call"]
            reports[0].user_properties = end.user_properties
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        return True
