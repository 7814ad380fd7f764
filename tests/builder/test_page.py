"""A lesson's tokens become HTML: its steps can be opened, one after the other, with all that stands in them."""

from __future__ import annotations

import re
from dataclasses import replace

import build
from builder.bundle import Assets, File
from builder.page import Press
from builder.printing import print_gallery, print_lessons
from tests.builder.conftest import FRONT, Write, Written

ASSETS = Assets(
    main="m.js",
    preload=(),
    editor=(),
    early="t.js",
    style="s.css",
    worker="w.js",
    artist="a.js",
    python="p.json",
    lessons={},
    snapshots=[None, None],
    library=File("l.zip", 1),
    runtime="runtime/",
    bytes=1,
    packages={},
)


def pages(course: Written) -> dict[str, str]:
    """The pages of the course by their paths; where its scripts lie is not asked here."""
    read, lessons, maths = build.read(build.open_course(course.folder))
    assets = replace(ASSETS, lessons=dict.fromkeys(lessons, "l.json"))
    press = Press(read, lessons, maths, assets, build.SITE / "templates")
    printed = print_lessons(press, map, {})
    return {path: text for each in printed.values() for path, text in each.files.items()} | print_gallery(
        press, printed
    )


def page(course: Written) -> str:
    """The home page of the course."""
    return pages(course)["index.html"]


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


NAMES = {
    f"{slug}.{kind}": FRONT.replace("A lesson", slug.upper()) * (kind == "md")
    for slug in ("one", "words", "two")
    for kind in ("md", "py")
}


def test_a_reference_page_is_not_numbered_and_has_no_next_and_no_previous_page(write: Write) -> None:
    found = pages(write(more=NAMES, pages=["words"]))
    assert "Lesson 2 of 2" in found["two/index.html"]
    assert 'rel="prev" href="../one/"' in found["two/index.html"]
    assert "That was the last one so far" in found["two/index.html"]
    assert "<h1>WORDS</h1>" in found["words/index.html"]
    assert "Lesson " not in found["words/index.html"]
    assert 'class="turn"' not in found["words/index.html"]


def test_a_page_without_blocks_says_nothing_of_python(write: Write) -> None:
    found = pages(write("```demo a_demo\n```\n", more=NAMES, pages=["words"]))
    for path, lives in {"index.html": True, "words/index.html": False}.items():
        assert ("data-status" in found[path]) == ("data-runtime" in found[path]) == lives


def test_reference_pages_are_at_hand_on_the_home_page_and_at_the_foot_of_every_page(write: Write) -> None:
    found = pages(write(more=NAMES, pages=["words"]))
    home = found["index.html"]
    lessons, at_hand = re.findall(r'<nav class="contents".*?</nav>', home, re.DOTALL)
    assert re.findall(r'href="([^"]+)"', lessons) == ["one/", "two/"]
    assert "<h2>At hand</h2>" in at_hand
    assert '<a href="words/"><strong>WORDS</strong> <span>What it is about.</span></a>' in at_hand
    for path in ("one/index.html", "words/index.html", "gallery/index.html"):
        assert '<a href="../words/">WORDS</a>' in found[path][found[path].index("<footer") :]


def test_a_course_without_reference_pages_has_nothing_at_hand_but_the_gallery(write: Write) -> None:
    home = page(write())
    assert "<h2>At hand</h2>" not in home
    assert re.findall(r'href="([^"]+/)"', home[home.index("<footer") :])[:1] == ["gallery/"]
