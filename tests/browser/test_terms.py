"""A term of the glossary in a lesson: its meaning on hover, focus and tap, and the reference pages that it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Reader, reading

NEURON = "neuron/"
PAGES = ["glossary/", "further/"]


def term(reader: Reader, text: str) -> Locator:
    return reader.page.locator("a.term", has_text=text).first


def meaning(reader: Reader) -> Locator:
    """What is shown at the moment: one meaning at most."""
    return reader.page.locator(".meaning:popover-open")


def inside(reader: Reader) -> bool:
    """Whether the meaning that is shown lies within the screen, and the page has not become wider than that."""
    box: dict[str, float] = reader.evaluate(
        "(({ left, right, top, bottom }) => ({ left, right, top, bottom }))"
        "(document.querySelector('.meaning:popover-open').getBoundingClientRect())"
    )
    wide, high = reader.evaluate("[document.documentElement.clientWidth, innerHeight]")
    fits = box["left"] >= 0 and box["right"] <= wide and box["top"] >= 0 and box["bottom"] <= high
    return fits and reader.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pointing_at_a_term_shows_its_meaning_and_pointing_elsewhere_hides_it(reader: Reader) -> None:
    reader.opens(NEURON, waits=False)
    expect(meaning(reader)).to_have_count(0)
    term(reader, "neuron").hover()
    expect(meaning(reader)).to_contain_text("scale each input by its weight")
    assert inside(reader)
    term(reader, "activation").hover()
    expect(meaning(reader)).to_contain_text("The last step of a neuron")
    reader.page.mouse.move(2, 300)
    expect(meaning(reader)).to_have_count(0)


def test_the_pointer_may_go_over_to_the_meaning_and_on_to_the_glossary(reader: Reader) -> None:
    reader.opens(NEURON, waits=False)
    term(reader, "neuron").hover()
    meaning(reader).hover()
    reader.page.wait_for_timeout(400)
    expect(meaning(reader)).to_be_visible()
    meaning(reader).get_by_text("In the glossary").click()
    reader.page.wait_for_url("**/glossary/#neuron")


def test_a_click_on_a_term_leads_to_its_entry(reader: Reader) -> None:
    reader.opens(NEURON, waits=False)
    term(reader, "sigmoid").click()
    reader.page.wait_for_url("**/glossary/#sigmoid")
    expect(reader.page.locator("dt:target")).to_have_text("sigmoid")
    expect(reader.page.locator("dt:target")).to_be_in_viewport()


def test_tab_comes_to_a_term_and_shows_its_meaning_and_escape_hides_it(reader: Reader) -> None:
    reader.opens(NEURON, waits=False)
    first = term(reader, "neuron")
    reader.page.get_by_role("link", name="more than one").focus()  # the link before it
    reader.page.keyboard.press("Tab")
    expect(first).to_be_focused()
    expect(meaning(reader)).to_contain_text("scale each input")
    assert inside(reader)
    reader.page.keyboard.press("Escape")
    expect(meaning(reader)).to_have_count(0)
    expect(first).to_be_focused()
    reader.page.keyboard.press("Tab")
    expect(term(reader, "activation")).to_be_focused()
    expect(meaning(reader)).to_contain_text("The last step of a neuron")
    reader.page.keyboard.press("Tab")
    expect(meaning(reader)).to_have_count(0)


def test_a_pointer_that_moves_elsewhere_leaves_the_meaning_of_the_term_in_focus(reader: Reader) -> None:
    reader.opens(NEURON, waits=False)
    term(reader, "neuron").focus()
    reader.page.mouse.move(2, 300)
    reader.page.mouse.move(9, 310)
    reader.page.wait_for_timeout(400)
    expect(meaning(reader)).to_be_visible()


def test_escape_hides_the_meaning_under_a_pointer_until_it_comes_again(reader: Reader) -> None:
    reader.opens(NEURON, waits=False)
    term(reader, "neuron").hover()
    expect(meaning(reader)).to_be_visible()
    reader.page.keyboard.press("Escape")
    expect(meaning(reader)).to_have_count(0)
    reader.page.mouse.move(2, 300)
    term(reader, "neuron").hover()
    expect(meaning(reader)).to_be_visible()


def test_a_screen_reader_hears_the_meaning_with_the_term_whether_it_is_shown_or_not(reader: Reader) -> None:
    reader.opens(NEURON, waits=False)
    says = "A small formula: scale each input by its weight, sum, add the bias, and activate."
    expect(term(reader, "neuron")).to_have_accessible_description(says)
    term(reader, "neuron").focus()
    expect(meaning(reader)).to_be_visible()
    expect(term(reader, "neuron")).to_have_accessible_description(says)
    expect(term(reader, "neuron")).to_have_role("link")


def test_on_a_phone_the_first_tap_shows_the_meaning_and_the_second_leads_on(phone: Reader) -> None:
    phone.opens(NEURON, waits=False)
    term(phone, "neuron").tap()
    expect(meaning(phone)).to_contain_text("scale each input")
    assert phone.page.url.endswith("/neuron/")
    phone.page.get_by_role("heading", level=2).nth(2).tap()
    expect(meaning(phone)).to_have_count(0)
    term(phone, "neuron").tap()
    expect(meaning(phone)).to_be_visible()
    term(phone, "neuron").tap()
    phone.page.wait_for_url("**/glossary/#neuron")


def test_on_a_phone_a_tap_on_the_meaning_leads_to_the_glossary_too(phone: Reader) -> None:
    phone.opens(NEURON, waits=False)
    term(phone, "activation").tap()
    more = meaning(phone).get_by_text("In the glossary")
    box = more.bounding_box()
    assert box is not None
    assert box["height"] >= 32
    more.tap()
    phone.page.wait_for_url("**/glossary/#activation")


@pytest.mark.parametrize("path", ["", "line/", "neuron/", "network/", "descent/", "further/"])
def test_on_a_phone_every_meaning_lies_within_the_screen(phone: Reader, path: str) -> None:
    phone.opens(path, waits=False)
    terms = phone.page.locator("a.term:visible")
    assert terms.count() >= 2
    for at in range(terms.count()):
        phone.page.keyboard.press("Escape")  # the meaning before may lie over the next term
        terms.nth(at).tap()
        expect(meaning(phone)).to_have_count(1)
        assert inside(phone), terms.nth(at).inner_text()


def test_at_the_edges_of_the_screen_a_meaning_stays_within_it(phone: Reader) -> None:
    phone.opens(NEURON, waits=False)
    for where in ("start", "end"):
        phone.page.keyboard.press("Escape")
        term(phone, "neuron").evaluate("(term, block) => term.scrollIntoView({ block, behavior: 'instant' })", where)
        term(phone, "neuron").evaluate("(term) => { term.blur(); term.focus({ preventScroll: true }); }")
        expect(meaning(phone)).to_be_visible()
        assert inside(phone), where


def test_an_accessibility_checker_finds_nothing_while_a_meaning_is_shown(reader: Reader) -> None:
    reader.opens(NEURON)
    term(reader, "neuron").hover()
    expect(meaning(reader)).to_be_visible()
    assert reader.barriers() == []


@pytest.mark.parametrize("path", PAGES)
def test_an_accessibility_checker_finds_nothing_on_a_reference_page(reader: Reader, path: str) -> None:
    reader.opens(path, waits=False)
    assert reader.barriers() == []


@pytest.mark.parametrize("path", PAGES)
def test_on_a_phone_a_reference_page_does_not_overflow_sideways(phone: Reader, path: str) -> None:
    phone.opens(path, waits=False)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_reference_page_starts_no_python_and_says_nothing_of_it(reader: Reader) -> None:
    reader.opens("glossary/", waits=False)
    reader.page.wait_for_timeout(300)
    expect(reader.page.locator("[data-status]")).to_be_hidden()
    assert not [url for url in reader.asked if "/runtime/" in url]


@pytest.fixture
def plain(chromium: Browser, served: str) -> Iterator[Any]:
    """A reader whose browser runs no scripts."""
    yield from reading(chromium, served, java_script_enabled=False)


def test_without_scripts_a_term_is_a_link_to_its_entry_and_no_meaning_lies_about(plain: Reader) -> None:
    plain.page.goto(plain.served + NEURON)
    expect(plain.page.locator(".meaning").first).to_be_hidden()
    plain.page.locator("a.term", has_text="neuron").first.click()
    expect(plain.page).to_have_url(plain.served + "glossary/#neuron")
