"""Links, pictures and formulas that lead nowhere are told before a reader finds them."""

from __future__ import annotations

from pathlib import Path

import pytest

import build
from tests.builder.conftest import FRONT, Write

SECOND = {"second.md": f"{FRONT}## A heading\n\n[home](../) and [itself](#a-heading)\n", "second.py": ""}


@pytest.mark.parametrize(
    "link",
    ["second/", "second/#a-heading", "gallery/", "./", "#top-of-it", "https://example.org/x", "mailto:a@example.org"],
)
def test_links_that_lead_somewhere_are_left_alone(write: Write, link: str) -> None:
    build.read(build.open_course(write(f"## Top of it\n\n[x]({link})", more=SECOND).folder))


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("third/", "one of ./, second/"),
        ("second", "one of ./, second/"),
        ("second/#nothing", "a heading of second: #a-heading"),
        ("#nothing", "a heading of home: "),
        ("ftp://example.org/", "http, https, mailto or a page of the course"),
        ("/second/", "one of ./, second/"),
        ("../second/", "one of ./, second/"),
    ],
)
def test_a_broken_link_is_told_with_its_line_and_what_there_is(write: Write, link: str, expected: str) -> None:
    assert write(f"\nOne line,\nthen [a link]({link}).", more=SECOND).faults() == [
        f"home.md:7: got the link {link!r}; expected {expected}"
    ]


def test_a_heading_may_have_letters_that_addresses_have_to_write_otherwise(write: Write) -> None:
    build.read(build.open_course(write("## Größe\n\n[x](#größe)").folder))


def test_a_lesson_that_the_course_names_twice_is_told(write: Write) -> None:
    course = write(more=SECOND)
    listed = course.folder / "course.toml"
    listed.write_text(listed.read_text().replace("['second']", "['second', 'home', 'second']"))
    assert course.faults() == [
        "course.toml:1: got 'home' 2 times; expected each lesson once",
        "course.toml:1: got 'second' 2 times; expected each lesson once",
    ]


def test_a_lesson_that_is_a_reference_page_too_is_told(write: Write) -> None:
    course = write(more=SECOND, pages=["second"])
    listed = course.folder / "course.toml"
    listed.write_text(listed.read_text().replace("lessons = []", "lessons = ['second']"))
    assert course.faults() == ["course.toml:1: got 'second' 2 times; expected each lesson once"]


def test_links_lead_to_reference_pages_and_from_them_and_faults_in_them_are_told(write: Write) -> None:
    course = write("[words](second/#a-heading)", more=SECOND, pages=["second"])
    build.read(build.open_course(course.folder))
    (course.folder / "second.md").write_text(f"{FRONT}[x](../third/)")
    assert course.faults() == [
        "home.md:5: got the link 'second/#a-heading'; expected a heading of second: ",
        "second.md:5: got the link '../third/'; expected one of ../, ../second/",
    ]


def test_a_link_may_lead_to_a_term_of_the_glossary(write: Write) -> None:
    entry = {"glossary.md": f"{FRONT}loss\n: A number.\n: [home](../)\n", "glossary.py": ""}
    build.read(build.open_course(write("[x](glossary/#loss)", more=entry, pages=["glossary"]).folder))
    [fault] = write("[x](glossary/#lass)", more=entry, pages=["glossary"]).faults()
    assert fault == "home.md:5: got the link 'glossary/#lass'; expected a heading of glossary: #loss"


def test_a_link_that_would_run_script_is_no_link(write: Write) -> None:
    lesson = write("[x](javascript:alert(1))").read()
    assert lesson.links == []


@pytest.mark.parametrize("picture", ["none.png", "https://example.org/a.png", "../secret.png", "%2e%2e/secret.png"])
def test_a_picture_that_is_not_beside_the_lesson_is_told(write: Write, picture: str) -> None:
    course = write(f"![x]({picture})")
    (course.folder.parent / "secret.png").write_bytes(b"secret")
    [fault] = course.faults()
    assert fault.startswith(f"home.md:5: got the link {picture!r}; expected a picture in ")


def test_a_picture_is_never_taken_from_the_top_of_the_disk(write: Write, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    [fault] = write(f"![x]({tmp_path}/secret.png)").faults()
    assert "; expected a picture in " in fault


@pytest.mark.parametrize(
    ("text", "line", "tex"),
    [
        ("$\\frac{1}$", 5, "\\frac{1}"),
        ("One\ntwo $\\nope$", 6, "\\nope"),
        ("\n$$\n\\begin{x}\n$$", 6, "\\begin{x}"),
        ("$\\htmlId{x}{y}$", 5, "\\htmlId{x}{y}"),
        ("\n$$\\nope$$ (1)", 6, "\\nope"),
        ("| a |\n|---|\n| $\\nope$ |", 7, "\\nope"),
        ("- one\n- two\n  $\\nope$", 7, "\\nope"),
    ],
)
def test_a_formula_that_does_not_parse_is_told_with_its_line(write: Write, text: str, line: int, tex: str) -> None:
    [fault] = write(text).faults()
    assert fault.startswith(f"home.md:{line}: got the formula {tex!r}, in which KaTeX finds: ")
    assert fault.endswith("; expected TeX that it can typeset")
