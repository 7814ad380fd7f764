"""Formulas typeset at build time, by KaTeX under Node, as HTML and MathML."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from builder.node import node, run

COLOURED = ("model", "data", "weight", "bias", "loss", "gradient", "outer", "inner")
"""The roles that a formula can give to its symbols, each a macro: \\weight{w}."""


@dataclass(frozen=True)
class Formula:
    """TeX, in a paragraph or `display`ed on a line of its own."""

    tex: str
    display: bool


@dataclass(frozen=True)
class Typeset:
    """What became of a formula: `html`, or the `error` that KaTeX found in it."""

    html: str = ""
    error: str = ""


def typeset(formulas: Iterable[Formula], site: Path) -> dict[Formula, Typeset]:
    """Each formula typeset, all in one run of Node. `site` holds node_modules.

    Raises BuildError when Node itself fails.
    """
    wanted = list(dict.fromkeys(formulas))
    if not wanted:
        return {}
    said = [{"tex": formula.tex, "display": formula.display} for formula in wanted]
    asked = json.dumps({"coloured": COLOURED, "formulas": said})
    found = json.loads(run([*node(), str(site / "typeset.mjs")], reads=asked, patience=120))
    return {formula: Typeset(**typeset) for formula, typeset in zip(wanted, found, strict=True)}
