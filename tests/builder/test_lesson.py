"""Every fault that a lesson's source can have is told with its file and line, what was got and what was expected."""

from __future__ import annotations

import pytest

from builder.course import read_course
from builder.problems import BuildError
from tests.builder.conftest import FRONT, SHOWS, Write
from tests.conftest import LESSONS


def test_a_lesson_without_faults_has_its_title_blocks_formulas_and_anchors(write: Write) -> None:
    lesson = write(
        "## A heading\n\nWith $x^2$.\n\n```demo a_demo\n```\n\n```cell a_cell\nw = 1\ndef y(x, w): return w\n```\n"
    ).read()
    assert lesson.problems == []
    assert (lesson.title, lesson.summary) == ("A lesson", "What it is about.")
    assert [placed.path for placed in lesson.blocks.values()] == ["home/a_demo", "home/a_cell"]
    assert [formula.tex for _, formula in lesson.formulas] == ["x^2"]
    assert set(lesson.anchors) == {"a-heading"}
    assert lesson.blocks[9].answer["figures"][0]["label"] == "A line of slope 0.5."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\n```dmeo a_demo\n```", "home.md:6: got a block 'dmeo'; expected demo, cell, exercise or a language; perhaps 'demo'?"),
        (
            "```demo a_dmo\n```",
            "home.md:5: got the demo 'a_dmo'; expected a name that home.py defines with @demo (it has a_cell, a_demo); "
            "perhaps 'a_demo'?",
        ),
        ("```cell a_demo\n1\n```", "home.md:5: got a cell block for a_demo; expected a demo block, as home.py says"),
        ("```demo a_demo\n```\n\n```demo a_demo\n```", "home.md:8: got a_demo a second time; expected each block once in a lesson"),
        ("```demo a_demo\nx = 1\n```", "home.md:6: got code in a demo block; expected an empty block: a demo's code is in the .py"),
        (
            "```cell a_cell\nw = 1\nif w\n```",
            "home.md:7: got a starter that does not compile (expected ':'); expected Python that runs",
        ),
        (
            "```cell a_cell\nw = 1\n\n1/0\n```",
            "home.md:8: got a_cell stopping with ZeroDivisionError: division by zero; expected a figure at its starting values",
        ),
        (
            "```cell a_cell\nw = 1\n```",
            "home.md:5: got a starter of which a_cell says: The figure needs y, which this code does not define: "
            "it stays as it was.; expected one that its figure can be drawn from",
        ),
        (
            "```cell a_cell\nw = 'one'\ndef y(x, w): return 1\n```",
            "home.md:5: got a_cell stopping with ControlError: w is 'one'; its slider needs a number; "
            "expected a figure at its starting values",
        ),
    ],
)  # fmt: skip
def test_a_faulty_block_is_told_with_its_line(write: Write, text: str, fault: str) -> None:
    assert write(text).faults() == [fault]


def test_a_demo_that_raises_at_its_starting_values_is_told_at_its_place(write: Write) -> None:
    shows = SHOWS.replace("return Plot(Curve(lambda x: w * x)", "return Plot(Curve(lambda x: 1 / 0)")
    assert write("```demo a_demo\n```", shows).faults() == [
        "home.md:5: got a_demo stopping with ZeroDivisionError: division by zero; expected a figure at its starting values"
    ]


TWO = SHOWS.replace(
    "    return Plot(Curve(lambda x: w * x)", "    return Plot(x=(0, 1), y=(0, 1)), Plot(Curve(lambda x: w * x)"
)


def test_several_figures_have_a_paragraph_of_the_docstring_each(write: Write) -> None:
    lesson = write("```demo a_demo\n```", TWO.replace("slope {w}.", "slope {w}.\n\n    And another.\n    ", 1)).read()
    assert lesson.problems == []
    labels = [figure["label"] for figure in lesson.blocks[5].answer["figures"]]
    assert labels == ["A line of slope 0.5.", "And another."]


def test_a_figure_without_its_paragraph_is_told(write: Write) -> None:
    assert write("\n```demo a_demo\n```", TWO).faults() == [
        "home.md:6: got 2 figures of a_demo, and 1 paragraph in its docstring; "
        "expected a paragraph for each figure: its label"
    ]


STEPS = """
::: step Why a & *b*
Because of $x^2$, see [above](#a-heading).

```demo a_demo
```

$$
y
$$
:::

## A heading

::: step Then
So.
:::
"""


def test_what_stands_in_a_step_is_part_of_the_lesson(write: Write) -> None:
    lesson = write(STEPS + "\n$z$").read()
    assert lesson.problems == []
    assert [placed.path for placed in lesson.blocks.values()] == ["home/a_demo"]
    assert [(line, formula.tex) for line, formula in lesson.formulas] == [(7, "x^2"), (12, "y"), (23, "z")]
    assert [(link.line, link.href) for link in lesson.links] == [(7, "#a-heading")]
    assert set(lesson.anchors) == {"a-heading"}


def test_a_fault_in_a_step_is_told_with_its_line(write: Write) -> None:
    course = write(STEPS.replace("demo a_demo", "demo no").replace("x^2", "x^{2").replace("#a-", "#no-"))
    assert [fault.partition("; ")[0] for fault in course.faults()] == [
        "home.md:7: got the formula 'x^{2', in which KaTeX finds: Expected '}', got 'EOF'",
        "home.md:7: got the link '#no-heading'",
        "home.md:9: got the demo 'no'",
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "Slider(-1, 1, start=0.5)",
            "Slider(1, -1, start=0)",
            "got Slider(1, -1); expected two numbers, the lower one first",
        ),
        ("start=0.5", "start=5", "got start=5; expected a number from -1 to 1"),
        ("start=0.5", "step=0, start=0", "got step=0; expected a number above 0"),
        (", start=0.5", "", "got w without start=; expected a value that the demo starts with"),
        ("def a_demo(w)", "def a_demo(w, b)", "got controls w; expected w, b, as the function says"),
    ],
)
def test_a_bad_control_is_told_with_its_line_in_the_python(write: Write, old: str, new: str, says: str) -> None:
    [fault] = write("", SHOWS.replace(old, new, 1)).faults()
    assert fault == f"home.py:6: got ControlError: {says}; expected a module that imports"


def test_python_that_does_not_compile_is_told_with_its_line(write: Write) -> None:
    [fault] = write("", "x = 1\ndef (\n").faults()
    assert fault.startswith("home.py:2: got SyntaxError: ")


def test_a_fault_in_what_the_python_imports_is_told_at_the_import(write: Write) -> None:
    course = write("", "x = 1\n\nfrom . import broken\n", more={"broken.py": "x = 1\ny = 2\nz = 3\ndef (\n"})
    [fault] = course.faults()
    assert fault.startswith("home.py:3: got SyntaxError: ")


def test_spaces_between_the_words_of_a_block_do_not_matter(write: Write) -> None:
    lesson = write("```  demo \t a_demo \n```").read()
    assert lesson.problems == []
    assert lesson.blocks[5].path == "home/a_demo"


def test_a_lesson_without_its_python_or_its_words_is_told(write: Write) -> None:
    course = write("", more={"second.md": FRONT, "second.py": ""})
    (course.folder / "second.py").unlink()
    assert course.faults() == ["second.py:1: got no such file; expected what the lesson shows, in Python"]
    (course.folder / "second.md").unlink()
    assert course.faults() == ["second.md:1: got no such file; expected the lesson that course.toml calls 'second'"]


def test_a_file_that_is_not_utf8_is_told(write: Write) -> None:
    course = write()
    (course.folder / "home.md").write_bytes(b"caf\xe9")
    assert course.faults() == ["home.md:1: got a byte that is not UTF-8 at 3; expected text in UTF-8"]


@pytest.mark.parametrize(
    ("front", "fault"),
    [
        ("", "home.md:1: got front matter without a title; expected `title: …` between two lines of `---` at the top"),
        (
            FRONT.replace("title: A lesson", "title:"),
            "home.md:1: got front matter without a title; expected `title: …`",
        ),
        (FRONT.replace("summary", "sumary"), "home.md:1: got 'sumary' in the front matter; expected title and summary"),
        (
            "---\ntitle: T\nsummary: [\n---\n",
            "home.md:3: got front matter that is not YAML; expected lines like `title: The line`",
        ),
        (
            f"---\ntitle: T\nsummary: {'[' * 5000}\n---\n",
            "home.md:1: got front matter that is not YAML; expected lines like `title: The line`",
        ),
    ],
)
def test_faulty_front_matter_is_told(write: Write, front: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in write(front=front).faults())


EXERCISE = '''from stage.demo import Mistake, exercise

@exercise(
    check=lambda learner: None if learner.x == 4 else "x should be 4",
    passes="Yes.",
    hints=("Think of $2 + 2$.",),
    mistakes=(Mistake("x = 22", lambda learner: learner.x == 22, "Add, do not join."),),
    solution="x = 4",
)
def four(learner):
    """Nothing to see."""
'''


def test_a_good_exercise_is_tried_and_its_hints_are_typeset(write: Write) -> None:
    lesson = write("```exercise four\nx = 0\n```", EXERCISE).read()
    assert lesson.problems == []
    assert [formula.tex for _, formula in lesson.formulas] == ["2 + 2"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            'solution="x = 4"',
            'solution="x = 5"',
            "four with a solution that does not pass (x should be 4); expected one that does",
        ),
        (
            '"x = 22"',
            '"x = 23"',
            "four with the mistake 'x = 23' told 'x should be 4'; expected it to be told 'Add, do not join.'",
        ),
        ('"x = 22"', '"x = 4"', "four with the mistake 'x = 4' passing; expected it to be told 'Add, do not join.'"),
        ("$2 + 2$", "$2 + {2$", "the formula '2 + {2', in which KaTeX finds: "),
    ],
)
def test_an_exercise_that_misjudges_an_answer_is_told(write: Write, old: str, new: str, fault: str) -> None:
    [found] = write("```exercise four\nx = 0\n```", EXERCISE.replace(old, new)).faults()
    assert found.startswith(f"home.md:5: got {fault}")


@pytest.mark.parametrize("link", ["[there](../second/)", "![a dot](dot.png)"])
def test_a_hint_that_links_is_told_as_it_is_shown_at_two_addresses(write: Write, link: str) -> None:
    [found] = write("```exercise four\nx = 0\n```", EXERCISE.replace("$2 + 2$", link)).faults()
    assert found.startswith("home.md:5: got a link or picture in a hint of four; expected none")


def test_a_starter_that_passes_already_is_told(write: Write) -> None:
    [found] = write("```exercise four\nx = 2 + 2\n```", EXERCISE).faults()
    assert found == "home.md:5: got four with a starter that passes already; expected something left to do"


def test_several_faults_are_listed_together_in_the_order_of_reading(write: Write) -> None:
    course = write(
        "$\\frac{$\n\n[x](nowhere/)\n\n```demo no\n```\n\n```x\n```", more={"second.md": "", "second.py": "1/0"}
    )
    assert [found.partition(": ")[0] for found in course.faults()] == [
        "home.md:5", "home.md:7", "home.md:9", "home.md:12", "second.md:1", "second.md:1", "second.py:1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("toml", "says"),
    [("title = ", "is not TOML"), ("title = 'T'", "got no usable 'parts'"), (None, "is missing")],
)
def test_a_course_that_cannot_be_read_is_one_sentence(write: Write, toml: str | None, says: str) -> None:
    file = write().folder / "course.toml"
    file.write_text(toml) if toml else file.unlink()
    with pytest.raises(BuildError, match=says):
        read_course(file.parent)


def test_a_course_knows_its_lessons_in_order_and_its_reference_pages_beside_them(write: Write) -> None:
    named = {f"{slug}.{kind}": FRONT * (kind == "md") for slug in ("one", "words", "two") for kind in ("md", "py")}
    course = read_course(write(more=named, pages=["words"]).folder)
    assert (course.slugs, course.pages) == (["one", "two"], ("words",))
    assert course.written == ["home", "one", "two", "words"]


def test_a_course_may_have_no_reference_pages(write: Write) -> None:
    file = write().folder / "course.toml"
    file.write_text(file.read_text().replace("pages = []\n", ""))
    assert read_course(file.parent).pages == ()


def test_a_definition_may_be_written_in_any_lesson_and_its_blocks_and_formulas_count(write: Write) -> None:
    lesson = write("a word\n: with $x^2$ and [a link](#a)\n\n## A\n").read()
    assert lesson.problems == []
    assert [(line, formula.tex) for line, formula in lesson.formulas] == [(6, "x^2")]
    assert [(link.line, link.href) for link in lesson.links] == [(6, "#a")]
    assert (lesson.terms, set(lesson.anchors)) == ([], {"a"})


def test_a_course_that_is_not_utf8_is_one_sentence(write: Write) -> None:
    folder = write().folder
    (folder / "course.toml").write_bytes(b"title = 'caf\xe9'")
    with pytest.raises(BuildError, match="is not TOML"):
        read_course(folder)


@pytest.mark.parametrize(
    ("text", "line", "got"),
    [
        ("::: stp A title\n\nText.\n\n:::\n", 1, "the line '::: stp A title'"),
        ("::: step\n\nText.\n\n:::\n", 1, "a step with the title ''"),
        ("::: step A $x$\n\nText.\n\n:::\n", 1, "a step with the title 'A $x$'"),
        ("::: step A title\n\nText.\n", 1, "a step without an end"),
        ("::: step One\n\nText.\n\n:::\n\n::: step Two\n\nText.\n\nMore.\n", 7, "a step without an end"),
    ],
)
def test_a_step_that_cannot_be_meant_so_is_a_fault(write: Write, text: str, line: int, got: str) -> None:
    first, *_ = write(text).read().problems
    above = 5
    assert (first.line - above, first.got) == (line - 1, got)


def test_steps_that_follow_each_other_and_hold_lists_and_formulas_are_none(write: Write) -> None:
    text = "::: step One\n\n- a\n- b\n\n$$x^2$$\n\n:::\n\n::: step Two\n\nText.\n:::\n\nAfter.\n"
    assert write(text).read().problems == []


def test_other_pages_know_the_exercises_of_a_lesson() -> None:
    assert LESSONS["fit"].brief.exercises == ["plotting_a_line", "fitting_the_line"]
