"""Formulas become HTML and MathML while the page is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.math import Formula, typeset
from builder.problems import ROOT, BuildError

SITE = ROOT / "site"


def test_a_formula_becomes_html_and_mathml() -> None:
    formula = Formula("x^2", display=False)
    html = typeset([formula], SITE)[formula].html
    assert "<math" in html
    assert 'class="katex-html"' in html


def test_a_symbol_carries_its_role() -> None:
    formula = Formula("\\weight{w} + \\bias{b}", display=True)
    html = typeset([formula], SITE)[formula].html
    assert "role-weight" in html
    assert "role-bias" in html


def test_a_formula_that_does_not_parse_has_an_error_and_the_others_do_not() -> None:
    good, bad = Formula("1", display=False), Formula("\\frac{", display=False)
    done = typeset([good, bad], SITE)
    assert done[good].error == ""
    assert "Unexpected end of input" in done[bad].error


def test_no_formulas_need_no_node(tmp_path: Path) -> None:
    assert typeset([], tmp_path) == {}


def test_a_failure_of_node_itself_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"typeset\.mjs"):
        typeset([Formula("1", display=False)], tmp_path)
