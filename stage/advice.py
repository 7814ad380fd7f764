"""What an error means and what to try, in a sentence or two, for the errors that beginners meet most."""

from __future__ import annotations

import re

from stage import advice_names, advice_numbers, advice_syntax, advice_values
from stage.spot import MOST, Rule, Spot

RULES: tuple[Rule, ...] = (*advice_syntax.RULES, *advice_names.RULES, *advice_values.RULES, *advice_numbers.RULES)
"""A kind of error, a pattern of its message, and the advice: a text with {groups} of the pattern, or a function that
makes it of the error, the match and the spot; "" for none. The first one that has something to say is taken.

Messages differ between versions of Python and of NumPy: the patterns know those of 3.11 to 3.14.
"""

LONGEST = 60
"""Characters shown of a part of a message."""


def advise(error: BaseException, message: str, spot: Spot) -> str:
    """The advice on an error with this message, with `code` in backticks; "" where there is none."""
    for kind, pattern, says in RULES:
        found = re.search(pattern, message[:MOST]) if isinstance(error, kind) else None
        if found and (advice := says.format_map(_parts(found)) if isinstance(says, str) else says(error, found, spot)):
            return advice
    return ""


def _parts(found: re.Match[str]) -> dict[str, str]:
    return {name: (part or "")[:LONGEST].replace("`", "'") for name, part in found.groupdict().items()}
