"""Rules to come."""

from ffx.findings.finding import Rule

RULES: tuple[Rule, ...] = ()
