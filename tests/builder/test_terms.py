"""The glossary's terms: what an entry may be, and which word of a page becomes a term."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from builder import terms
from builder.problems import ROOT
from builder.prose import markdown
from tests.builder.conftest import FRONT, Write
from tests.builder.test_page import pages
from tests.conftest import COURSE, LESSONS

GLOSSARY = """
learning rate | learning rates
: How far a step *goes*, see [gradient](#gradient).
: [Home](../)

gradient | gradients
: An arrow.
: [Home](../)

gradient descent
: Steps.
: [Home](../)

**cost** | cost function
: A sum.
: [Home](../)

F1, F1 score
: A mean.
: [Home](../)
"""

Html = Callable[[str], str]
LINK = re.compile(r'<a class="term" href="([^"]*)" aria-describedby="([^"]*)">([^<]*)</a>')


def course(text: str, glossary: str = GLOSSARY) -> dict[str, str]:
    """What to write besides home.md: a lesson with the text, and a glossary."""
    return {"lesson.md": FRONT + text, "lesson.py": "", "glossary.md": FRONT + glossary, "glossary.py": ""}


@pytest.fixture
def html(write: Write) -> Html:
    """The prose of a lesson with the text, as its page has it."""

    def read(text: str) -> str:
        page = pages(write(more=course(text), pages=["glossary"]))["lesson/index.html"]
        return page[page.index("</h1>") + 5 : page.index("</article>")].strip()

    return read


def marked(html: str) -> str:
    """The prose with its terms in braces and without other markup."""
    return unescape(re.sub(r"<[^>]+>", "", LINK.sub(r"{\3}", html))).strip()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A learning rate.", "A {learning rate}."),
        ("Learning rates and the\nlearning\nrate.", "{Learning rates} and the\nlearning\nrate."),
        ("The learning\nrate.", "The {learning\nrate}."),
        ("- one\n- its gradient, and gradients", "one\nits {gradient}, and gradients"),
        ("Gradient descent follows the gradient.", "{Gradient descent} follows the {gradient}."),
        ("By *gradients* and F1.", "By {gradients} and {F1}."),
        ("A gradient's length (gradient).", "A {gradient}'s length (gradient)."),
        ("So. Gradients, and `x`.", "So. {Gradients}, and x."),
    ],
)
def test_the_first_place_of_a_term_in_any_of_its_forms_is_marked(html: Html, text: str, says: str) -> None:
    assert marked(html(text)) == says


@pytest.mark.parametrize(
    "text",
    [
        "## The gradient",
        "`gradient` and $gradient$",
        "[the gradient](../)",
        "| gradient |\n|---|\n| gradient |",
        "```text\ngradient\n```",
        "::: step A gradient\nSo.\n:::",
        "gradientless, pre-gradient, gradient-free, f1, GRADIENT",
        "The names (Plot, Gradient, Points) of classes.",
        "At what cost, and costs?",
        "**The gradient goes up.** **L2 gradient**",
    ],
)
def test_headings_links_code_formulas_tables_and_parts_of_words_are_left_alone(html: Html, text: str) -> None:
    assert 'class="term"' not in html(text)


def test_a_place_in_bold_is_where_a_page_introduces_its_term(html: Html) -> None:
    said = html("A gradient comes first.\n\nThis is called the **gradient**. The **gradient.**\n")
    assert marked(said) == "A gradient comes first.\nThis is called the {gradient}. The gradient."
    assert '<strong><a class="term"' in said
    assert marked(html("The gradient.\n\n**The gradient** climbs.")) == "The gradient.\nThe {gradient} climbs."


def test_a_place_in_bold_may_be_in_a_table(html: Html) -> None:
    said = html("A gradient.\n\n| a | b |\n|---|---|\n| **gradient** | F1 |\n")
    assert '<td><strong><a class="term"' in said
    assert said.count('class="term"') == 1


def test_a_word_that_a_comment_follows_is_meant_in_its_everyday_sense(html: Html) -> None:
    assert marked(html("The gradient<!-- of a road -->. A gradient.")) == "The gradient. A {gradient}."


def test_an_everyday_word_is_a_term_only_where_it_stands_in_bold(html: Html) -> None:
    assert marked(html("At any cost.\n\nThat sum is the **cost**.")) == "At any cost.\nThat sum is the {cost}."
    assert marked(html("The cost of a cost function.")) == "The cost of a {cost function}."


def test_a_term_is_marked_in_what_stands_in_a_step(html: Html) -> None:
    assert "{gradient}" in marked(html("::: step First\nThe gradient.\n:::"))


def test_a_term_is_a_link_to_its_entry_and_described_by_its_meaning(write: Write) -> None:
    found = pages(write("The gradient.", more=course("Two learning rates."), pages=["glossary"]))
    assert LINK.findall(found["index.html"]) == [("glossary/#gradient", "meaning-gradient", "gradient")]
    lesson = found["lesson/index.html"]
    assert LINK.findall(lesson) == [("../glossary/#learning-rate", "meaning-learning-rate", "learning rates")]
    assert '<p class="meaning" id="meaning-learning-rate" popover="manual">' in lesson
    assert "How far a step <em>goes</em>, see gradient.</p>" in lesson, (
        "without the link, which leads nowhere from here"
    )


def test_a_page_has_each_meaning_once_and_only_of_its_own_terms(write: Write) -> None:
    found = pages(write("Nothing.", more=course("A gradient, gradients, F1 and a gradient."), pages=["glossary"]))
    assert re.findall(r'id="meaning-([\w-]+)"', found["lesson/index.html"]) == ["gradient", "f1"]
    assert "data-meanings" not in found["index.html"]
    assert 'class="term"' not in found["glossary/index.html"]


def test_an_entry_shows_its_names_and_keeps_its_other_forms_to_itself(write: Write) -> None:
    page = pages(write(more=course(""), pages=["glossary"]))["glossary/index.html"]
    assert '<dt id="learning-rate">learning rate</dt>' in page
    assert '<dt id="f1">F1, F1 score</dt>' in page
    assert '<dt id="cost">cost</dt>' in page
    assert "learning rates" not in page


def test_without_a_glossary_nothing_is_marked(write: Write) -> None:
    assert 'class="term"' not in pages(write("The gradient."))["index.html"]


def test_marking_leaves_the_lesson_as_it_was(write: Write) -> None:
    lesson = write("The **gradient** of\nthe gradient.", more=course(""), pages=["glossary"]).read()
    before = [token.as_dict() for token in lesson.tokens]
    known = terms.read_terms(markdown().parse(GLOSSARY), lambda *fault: pytest.fail(str(fault)))
    assert [term.slug for term in terms.mark(lesson.tokens, known, "../glossary/")[1]] == ["gradient"]
    assert [token.as_dict() for token in lesson.tokens] == before


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("loss\n: A number.\n", "got the term 'loss' without a link below its meaning; expected `the term, "),
        ("loss\n: See [home](../).\n", "got the term 'loss' without a link below its meaning; expected "),
        ("| losses\n: A number.\n: [x](../)\n", "got the entry '| losses'; expected `the term, "),
        ("a | b | c\n: A number.\n: [x](../)\n", "got the entry 'a | b | c'; expected `the term, "),
        ("loss | Gradients\n: A number.\n: [x](../)\n", "got 'gradients' a second time; expected each form of a term once; it is in line 10"),
        ("loss\n: A number.\n: [x](../)\n\n## Loss", "got the term 'loss', which has the anchor of a heading; expected a heading in other words"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_meant_so_is_told_with_its_line(write: Write, entry: str, fault: str) -> None:
    line = (FRONT + GLOSSARY).count("\n") + 2
    [found] = write(more=course("", f"{GLOSSARY}\n{entry}"), pages=["glossary"]).faults()
    assert found.startswith(f"glossary.md:{line}: {fault}")


def test_the_glossary_has_the_words_that_the_course_needs_each_in_a_sentence_or_two() -> None:
    known = {form for term in LESSONS["glossary"].terms for form in (*term.forms, *term.bold)}
    assert known >= {
        "training sample", "validation sample", "test sample", "overfitting", "overtraining", "weight", "bias", "parameter",
        "hyperparameter", "layer", "fully connected layer", "linear layer", "convolutional layer", "recurrent layer",
        "hidden layer", "activation", "ReLU", "sigmoid", "tanh", "network", "model", "neuron", "loss", "cost", "batch", "epoch",
        "backpropagation", "learning rate", "gradient", "gradient descent", "SGD", "likelihood", "cross-entropy",
        "confusion matrix", "precision", "recall", "F1", "ROC-AUC", "PR-AUC", "deep learning", "CNN", "RNN", "GAN",
    }  # fmt: skip
    for term in LESSONS["glossary"].terms:
        said = "".join(token.content or " " for token in term.meaning)
        assert said.endswith("."), term.slug
        assert len(re.findall(r"[.?](?: |$)", said)) <= 3, term.slug
        assert len(said) <= 260, term.slug


def test_a_term_is_taught_in_a_lesson_that_the_course_has() -> None:
    text = (ROOT / "lessons" / "glossary.md").read_text()
    taught = set(re.findall(r"\]\(\.\./(\w+)/", text))
    assert taught <= set(COURSE.written)
    assert len(taught & set(COURSE.slugs)) >= 6


def test_what_leads_out_of_the_course_is_asked_for_in_a_safe_way() -> None:
    links = [link.href for link in LESSONS["further"].links]
    assert len(links) > 20
    assert all(link.startswith("https://") for link in links)
    assert len(set(links)) == len(links)
