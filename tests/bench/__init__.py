"""How quick ffx is, beside what people would use in its place: `python -m tests.bench`.

Times on shared machines drift, so every figure is a ratio between two sides
that are run in turn, and none of them fails a run.
"""
