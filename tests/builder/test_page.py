"""A lesson's tokens become HTML: its steps can be opened, one after the other, with all that stands in them."""

from __future__ import annotations

import re

import build
from builder.bundle import Assets
from builder.page import press
from tests.builder.conftest import Write, Written

ASSETS = Assets("m.js", (), (), "t.js", "s.css", "w.js", "p.zip", "runtime/", 1)


def page(course: Written) -> str:
    """The home page of the course; where its scripts lie is not asked here."""
    read, lessons, maths = build.read(course.folder)
    return press(read, lessons, maths, ASSETS, build.SITE / "templates").pages()["index.html"]


def steps(html: str) -> list[tuple[str, str]]:
    """The title and the content of each step."""
    return re.findall(r'<details class="step">\n<summary>(.*?)</summary>\n(.*?)</details>\n', html, re.DOTALL)


def test_each_step_can_be_opened_by_its_title(write: Write) -> None:
    html = page(write("Before.\n\n::: step The first\nOne,\n\ntwo.\n:::\n\n::: step The next\nThree.\n:::\n\nAfter.\n"))
    assert steps(html) == [("The first", "<p>One,</p>\n<p>two.</p>\n"), ("The next", "<p>Three.</p>\n")]
    assert "<p>Before.</p>\n<details" in html
    assert "</details>\n<p>After.</p>" in html
    assert ":::" not in html


def test_a_step_is_closed_until_the_reader_opens_it(write: Write) -> None:
    assert '<details class="step">' in page(write("::: step A\nB\n:::\n"))


def test_a_title_is_text_whatever_stands_in_it(write: Write) -> None:
    [(title, _)] = steps(page(write("::: step stepwise: a < b & <b>\nB\n:::\n")))
    assert title == "stepwise: a &lt; b &amp; &lt;b&gt;"


def test_formulas_code_and_blocks_stand_in_a_step_as_anywhere(write: Write) -> None:
    [(_, inside)] = steps(page(write("::: step A\nWith $x^2$ and `w`:\n\n```python\n1 < 2\n```\n\n$$\ny\n$$\n:::\n")))
    assert inside.count('class="katex-html"') == 2
    assert '<div class="formula">' in inside
    assert '<code class="symbol role-weight">w</code>' in inside
    assert "1 &lt; 2" in inside


def test_a_demo_may_stand_in_a_step(write: Write) -> None:
    html = page(write("::: step A\n```demo a_demo\n```\n:::\n\nAfter.\n"))
    inside = html[html.index('<details class="step">') : html.index("<p>After.</p>")]
    assert 'data-block="a_demo"' in inside
    assert inside.rstrip().endswith("</details>")


def test_the_code_of_a_demo_is_in_its_page_and_a_cells_starter_in_its(write: Write) -> None:
    html = page(write("```demo a_demo\n```\n\n```cell a_cell\nw = 1\ndef y(x, w): return w\n```\n"))
    demo, cell = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", html, re.DOTALL)
    assert demo.startswith("from stage.figure import Plot\nfrom stage.marks import Curve\n\n\ndef a_demo(w):\n")
    assert cell == "w = 1\ndef y(x, w): return w"
    assert html.count("<summary>Show the code</summary>") == 1
