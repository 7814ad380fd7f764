"""How hypothesis tries what any text and any JSON do: as often as a machine has time for, the same in each run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("FUZZ", "150"))
"""How many are tried of each kind; more are for a long look: FUZZ=10000."""

fuzz = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
