"""A page from its first paint to Python, and when something on the way fails."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Route, expect

from builder.problems import ROOT
from lessons import fit, index, line
from stage.demo import Demo
from tests.browser.conftest import Reader
from tests.conftest import COURSE

BLOCKS = [
    f"{lesson.__name__.rpartition('.')[2]}/{name}"
    for lesson in (index, line, fit)
    for name, block in vars(lesson).items()
    if isinstance(block, Demo)
]


def test_the_first_figure_is_drawn_before_python_is_there(reader: Reader) -> None:
    reader.page.route("**/pyodide.asm.wasm", lambda route: None)  # it never arrives
    reader.opens("line/", waits=False)
    expect(reader.block("the_line").find("svg .curve path").first).to_be_attached()
    assert reader.block("the_line").label == "A line of slope 1 that crosses the axis at 0."
    expect(reader.page.locator("html")).to_have_attribute("data-runtime", "loading")
    expect(reader.page.locator("[data-status]")).to_contain_text("Fetching Python")
    expect(reader.block("the_line").element).to_have_attribute("data-state", "waiting")


def test_the_promised_marks_come_in_order(reader: Reader) -> None:
    reader.opens("fit/")
    reader.block("plotting_a_line").run()
    marks = reader.evaluate("performance.getEntriesByType('mark').map((mark) => mark.name)")
    assert marks == ["first-figure", "runtime-ready", "first-run"]


def test_what_is_moved_before_python_is_ready_is_kept_and_answered(reader: Reader) -> None:
    held: list[Route] = []
    reader.page.route("**/pyodide.asm.wasm", lambda route: held.append(route))
    reader.opens("line/", waits=False)
    block = reader.block("the_line")
    block.slide("w", 3)
    block.slide("b", -2)
    cell = reader.block("three_inputs")
    cell.button("Run").click()
    expect(cell.find("[data-progress]")).to_have_text("Runs as soon as Python is ready.")
    reader.page.wait_for_function("() => document.querySelector('[data-words]').textContent.includes('Fetching')")
    while not held:
        reader.page.wait_for_timeout(20)
    held[0].continue_()
    expect(block.find("[data-figure]")).to_have_attribute(
        "aria-label", "A line of slope 3 that crosses the axis at −2.", timeout=60_000
    )
    cell.ends("done")
    expect(cell.find("[data-output]")).to_have_text("8.0")


def test_when_python_cannot_be_fetched_the_page_says_so_and_retry_mends_it(reader: Reader) -> None:
    reader.page.route("**/pyodide.asm.wasm", lambda route: route.abort())
    reader.opens("line/", waits=False)
    cell = reader.block("three_inputs")
    cell.button("Run").click()
    reader.python("failed")
    status = reader.page.locator("[data-status]")
    expect(status).to_contain_text("Python did not start: pyodide.asm.wasm did not arrive as it should")
    reader.page.unroute("**/pyodide.asm.wasm")
    status.get_by_role("button", name="Retry").click()
    reader.python("ready")
    cell.ends("done")  # the Run from before was kept
    expect(cell.find("[data-output]")).to_have_text("8.0")
    # Pyodide's own words may reach the console before its worker is ended.
    reader.console[:] = [said for said in reader.console if "wasm" not in said]


@pytest.mark.parametrize("name", ["pyodide.asm.wasm", "pyodide-lock.json", "pyodide.mjs"])
def test_a_file_of_pythons_that_is_cut_short_is_never_a_dead_loading(reader: Reader, name: str) -> None:
    [whole] = (ROOT / "dist" / "runtime").glob(f"*/{name}")
    half = whole.read_bytes()[: whole.stat().st_size // 2]
    kind = {"wasm": "application/wasm", "mjs": "text/javascript"}.get(
        name.rpartition(".")[2], "application/octet-stream"
    )
    reader.page.route(f"**/{name}", lambda route: route.fulfill(body=half, content_type=kind))
    reader.opens("line/", waits=False)
    reader.python("failed")
    expect(reader.page.locator("[data-status]").get_by_role("button", name="Retry")).to_be_visible()
    reader.page.unroute(f"**/{name}")
    reader.page.locator("[data-status]").get_by_role("button", name="Retry").click()
    reader.python("ready")
    reader.console.clear()  # what the browser and Pyodide have to say of it


def test_with_a_library_that_is_cut_short_python_starts_and_says_what_is_missing(reader: Reader) -> None:
    [whole] = (ROOT / "dist" / "runtime").glob("*/python_stdlib.zip")
    half = whole.read_bytes()[: whole.stat().st_size // 2]
    reader.page.route("**/python_stdlib.zip", lambda route: route.fulfill(body=half))
    cell = reader.opens("fit/").block("remembering")
    cell.run("import html\nhtml.escape('<')", ends="error")
    expect(cell.find("[data-output]")).to_contain_text("python_stdlib.zip did not arrive as it should")
    reader.page.unroute("**/python_stdlib.zip")
    cell.button("Run").click()
    expect(cell.find("[data-output]")).to_contain_text("'&lt;'")
    reader.console.clear()


def test_when_the_courses_own_code_cannot_be_fetched_the_page_says_so(reader: Reader) -> None:
    reader.page.route("**/python-*.json", lambda route: route.fulfill(status=503))
    reader.opens("line/", waits=False)
    reader.python("failed")
    expect(reader.page.locator("[data-status]")).to_contain_text(
        "did not arrive as it should (the server answered 503)"
    )


@pytest.mark.parametrize("path", ["", "line/", "fit/"])
def test_a_page_asks_no_other_host_for_anything(reader: Reader, path: str) -> None:
    reader.opens(path)
    reader.page.wait_for_timeout(300)
    assert {urlsplit(url).netloc for url in reader.asked if not url.startswith(("data:", "blob:"))} == {
        urlsplit(reader.served).netloc
    }


@pytest.mark.parametrize("slug", COURSE.parts[0].lessons)
def test_the_first_part_loads_no_numpy(reader: Reader, slug: str) -> None:
    reader.opens(f"{slug}/")
    for block in reader.page.locator("[data-kind=cell], [data-kind=exercise]").all()[:1]:
        block.get_by_role("button", name="Run", exact=True).click()
        expect(block).to_have_attribute("data-state", "done")
    assert not [url for url in reader.asked if url.endswith(".whl")]


def test_a_lesson_that_needs_numpy_has_it_when_python_is_ready_and_nothing_else(reader: Reader) -> None:
    reader.opens("layers/")
    wheels = [url.rpartition("/")[2].partition("-")[0] for url in reader.asked if url.endswith(".whl")]
    assert wheels == ["numpy"]


@pytest.mark.parametrize("path", BLOCKS)
def test_every_block_has_a_page_of_its_own_to_embed(reader: Reader, path: str) -> None:
    reader.opens(f"embed/{path}/", waits=False)
    expect(reader.page.locator("[data-block]")).to_have_count(1)
    expect(reader.page.locator("[data-block]")).to_have_attribute("data-block", path.partition("/")[2])


def test_a_click_on_the_home_page_leads_into_the_course_and_on_to_the_next_lesson(reader: Reader) -> None:
    reader.opens("", waits=False)
    reader.page.locator('a[href="line/"]').click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("The line")
    reader.page.locator('a[rel="next"]').click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Bending the line")


PAGES = [
    "",
    *(f"{slug}/" for slug in (*COURSE.slugs, *COURSE.pages)),
    "embed/fit/fitting_the_line/",
    "gallery/#network/four_neurons",
]


@pytest.mark.parametrize("path", PAGES)
def test_on_a_phone_nothing_overflows_sideways_and_all_can_be_touched(phone: Reader, path: str) -> None:
    phone.opens(path, waits=False)
    phone.page.wait_for_function("() => !document.querySelector('div.code textarea')")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    low = phone.evaluate(
        """[...document.querySelectorAll('.block button, .block input[type=range]')]
           .filter((control) => control.offsetHeight && control.offsetHeight < 40)
           .map((control) => control.outerHTML)"""
    )
    assert low == []


@pytest.mark.parametrize("path", PAGES)
def test_an_accessibility_checker_finds_nothing(reader: Reader, path: str) -> None:
    reader.opens(path)
    assert reader.barriers() == []


def test_the_page_does_not_jump_while_it_comes_alive(reader: Reader) -> None:
    reader.page.add_init_script(
        """window.shift = 0;
           new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; })
             .observe({ type: 'layout-shift', buffered: true });"""
    )
    reader.opens("fit/")
    reader.page.wait_for_timeout(500)
    assert reader.evaluate("window.shift") < 0.02


def test_the_light_beside_python_says_whether_it_is_there(reader: Reader) -> None:
    light = "getComputedStyle(document.querySelector('[data-status]'), '::before').backgroundColor"
    reader.page.route("**/pyodide.asm.wasm", lambda route: route.abort())
    reader.opens("line/", waits=False)
    reader.python("failed")
    red = reader.evaluate(light)
    reader.page.unroute("**/pyodide.asm.wasm")
    reader.page.locator("[data-status]").get_by_role("button", name="Retry").click()
    reader.python("ready")
    green = reader.evaluate(light)
    assert (red, green) == ("rgb(179, 25, 47)", "rgb(21, 107, 58)")
    reader.console.clear()  # Pyodide's own words on what was cut off


def test_at_the_largest_zoom_nothing_overflows_sideways(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 320, "height": 640})
    reader.opens("fit/", waits=False)
    reader.page.wait_for_function("() => !document.querySelector('div.code textarea')")
    assert reader.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_readers_choice_of_light_or_dark_is_kept(reader: Reader) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    reader.opens("line/", waits=False)
    light = reader.evaluate(paper)
    reader.page.get_by_role("button", name="Light or dark").click()
    dark = reader.evaluate(paper)
    assert dark != light
    reader.opens("fit/", waits=False)
    assert reader.evaluate(paper) == dark


def test_figures_keep_their_sharpness_and_size_of_type_when_the_window_changes(reader: Reader) -> None:
    reader.opens("line/", waits=False)
    size = "document.querySelector('[data-block=the_line] .tick text').getBoundingClientRect().height"
    wide = reader.evaluate(size)
    reader.page.set_viewport_size({"width": 400, "height": 800})
    reader.page.wait_for_timeout(200)
    assert reader.evaluate(size) == pytest.approx(wide, abs=1)
