"""A request as a command line for curl, to see it or to hand it to the provider's support."""

import json
import shlex

from ffx.wire import Query


def as_curl(base_url: str, query: Query) -> str:
    """Write a request as a shell command, its token as a variable."""
    return (
        f"curl --request POST {shlex.quote(f'{base_url}{query.path}')} \\\n"
        '  --header "Authorization: Bearer $FFX_ACCESS_TOKEN" \\\n'
        "  --header 'Content-Type: application/json' \\\n"
        f"  --data {shlex.quote(json.dumps(dict(query.body)))}\n"
    )
