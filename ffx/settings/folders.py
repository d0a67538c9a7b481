"""Where a user's own files are kept; nowhere, for a user without a home."""

import os
from pathlib import Path

# Nothing is in it, and nothing can be written to it.
_NOWHERE = Path(os.devnull) / "ffx"


def config_folder() -> Path:
    from platformdirs import user_config_path

    try:
        return user_config_path("ffx")
    except RuntimeError:  # neither the environment nor the system names a home
        return _NOWHERE


def cache_folder() -> Path:
    from platformdirs import user_cache_path

    try:
        return user_cache_path("ffx", appauthor=False)
    except RuntimeError:  # the same
        return _NOWHERE
