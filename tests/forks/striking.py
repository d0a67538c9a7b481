"""Runs the code in STRIKING and then the program, as `python -m tests.forks.striking`.

It stands where nothing else is loaded: pytest would be, among the faults.
"""

import os
import runpy

if __name__ == "__main__":
    exec(os.environ["STRIKING"], {})  # noqa: S102  # it came from a test
    runpy.run_module("ffx", run_name="__main__", alter_sys=True)
