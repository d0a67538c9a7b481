"""Runs the code in STRIKING and then the program, as `python -m tests.faults.striking`."""

import os
import runpy

if __name__ == "__main__":
    exec(os.environ["STRIKING"], {})  # noqa: S102  # it came from a test
    runpy.run_module("ffx", run_name="__main__", alter_sys=True)
