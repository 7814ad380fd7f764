"""Formulas typeset at build time, by KaTeX under Node, as HTML and MathML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

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


def typeset(
    formulas: Iterable[Formula], site: Path, known: Mapping[Formula, Typeset] = MappingProxyType({})
) -> dict[Formula, Typeset]:
    """Each formula typeset, those that are not `known` in one run of Node. `site` holds node_modules.

    Raises BuildError when Node itself fails.
    """
    asked = set(formulas)
    found = {formula: known[formula] for formula in asked & known.keys()}
    return found | _typeset(sorted(asked - known.keys(), key=str), site)


def _typeset(wanted: Sequence[Formula], site: Path) -> dict[Formula, Typeset]:
    if not wanted:
        return {}
    said = [{"tex": formula.tex, "display": formula.display} for formula in wanted]
    asked = json.dumps({"coloured": COLOURED, "formulas": said})
    found = json.loads(run([*node(), str(site / "typeset.mjs")], reads=asked, patience=120))
    return {formula: Typeset(**typeset) for formula, typeset in zip(wanted, found, strict=True)}
