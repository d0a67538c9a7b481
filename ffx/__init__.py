"""ffx: who was this visitor, what happened to this hit, why did it not convert?"""

__version__ = "0.1.0"
