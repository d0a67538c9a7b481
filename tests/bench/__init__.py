"""How quick ffx is, beside what people would use in its place: `python -m tests.bench`.

Times on shared machines drift, so they are ratios between two sides that are
run in turn; memory, requests and the tests' own time stand beside a limit.
No figure fails a run.
"""
