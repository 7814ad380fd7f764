"""Published attempts to have a page run script, in every place that shows what the reader's code says: it is text there."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.browser.conftest import Block, Reader, reading
from tests.browser.test_playground import GROWING, IMPORTS
from tests.security.payloads import ATTEMPTS, SVG

WATCH = """window.ran = [];
for (const name of ["alert", "prompt", "confirm", "print", "open"]) window[name] = () => window.ran.push(name);
addEventListener("securitypolicyviolation", (event) => window.ran.push(`${event.effectiveDirective}: ${event.blockedURI}`));"""
"""Keeps what has run, and also what the policy has kept from running: then it was markup, and not text."""

LIVE = """() => { const LEADS = /^(xlink:)?href$|^(src|action|formaction|data|poster|background)$/i; return [document, ...[...document.querySelectorAll("template")].map((each) => each.content)].flatMap((part) =>
  [...part.querySelectorAll("*")].filter((element) =>
    /^(iframe|frame|frameset|object|embed|applet|base|portal|marquee|bgsound|isindex|xss|foreignObject|animate|set|use)$/i.test(element.localName) ||
    [...element.attributes].some(({ name, value }) => /^on|^srcdoc$/i.test(name) || (LEADS.test(name) && /^\\s*(javascript|vbscript|data:text)/i.test(value))) ||
    (element.localName === "script" && !element.src && element.type !== "application/json") ||
    (element.localName === "meta" && /refresh|link/i.test(element.httpEquiv))
  ).map((element) => element.outerHTML.slice(0, 200))); }"""
"""The elements that a payload would have become."""


@pytest.fixture(scope="module")
def reader(chromium: Browser, served: str) -> Iterator[Reader]:
    for reader in reading(chromium, served, viewport={"width": 1280, "height": 800}):
        reader.page.add_init_script(WATCH)
        yield reader


@pytest.fixture(scope="module")
def opened(reader: Reader) -> Block:
    return reader.opens("playground/").block("playground")


@pytest.fixture
def cell(opened: Block, reader: Reader) -> Iterator[Block]:
    reader.asked.clear()
    yield opened
    harmless(reader)


def harmless(reader: Reader) -> None:
    """Nothing has run, nothing would have, and no other host was asked for anything."""
    reader.page.wait_for_timeout(50)
    assert reader.evaluate("window.ran ?? []") == []
    assert reader.evaluate(LIVE) == []
    hosts = {urlsplit(url).netloc for url in reader.asked if not url.startswith(("data:", "blob:"))}
    assert hosts <= {urlsplit(reader.served).netloc}


HEAD = f"{IMPORTS}from stage.demo import Demo\nPAYLOADS = {ATTEMPTS!r}\nALL = ' '.join(PAYLOADS)\n"
"""The code before each attempt; so the editor shows them all, too."""


def shown(cell: Block, code: str, ends: str = "done") -> str:
    """What the block shows below its code."""
    cell.run(HEAD + code, ends=ends)
    return cell.find(".told").text_content() or ""


def all_in(text: str) -> bool:
    """Whether the text says all of them, word for word; how far apart the words are is no matter."""
    said = " ".join(text.split())
    return [payload for payload in ATTEMPTS if " ".join(payload.split()) not in said] == []


def test_there_are_many_of_them() -> None:
    assert len(set(ATTEMPTS)) > 100


def test_printed_text_is_text(cell: Block) -> None:
    assert all_in(shown(cell, "for payload in PAYLOADS: print(payload)"))
    assert all_in(shown(cell, "import sys\nfor payload in PAYLOADS: print(payload, file=sys.stderr)"))


def test_a_last_value_is_text(cell: Block) -> None:
    assert ATTEMPTS[0] in shown(cell, "PAYLOADS")
    assert ATTEMPTS[0] in shown(cell, "class Mine:\n    def __repr__(self): return ALL\nMine()")


ERRORS = {
    "a message": "raise ValueError(ALL)",
    "a class": "raise type(ALL, (Exception,), {})('x')",
    "a key": "{}[ALL]",
    "a name": "raise NameError(f'name {ALL!r} is not defined', name=ALL)",
    "an attribute": "getattr(5, ALL)",
    "an attribute of one's own": "raise AttributeError(ALL, name=ALL, obj=type(ALL, (), {})())",
    "a module": "__import__(ALL.replace('.', ' '))",
    "an import": "raise ImportError(ALL, name=ALL, path=ALL)",
    "syntax": "raise SyntaxError(ALL, ('<cell 1>', 1, 1, ALL))",
    "syntax of its own": "exec(ALL)",
    "a note": "error = ValueError('x')\nerror.add_note(ALL)\nraise error",
    "a group": "raise ExceptionGroup(ALL, [ValueError(ALL)])",
    "a cause": "raise ValueError('x') from KeyError(ALL)",
    "a number": "int(ALL)",
    "an assertion": "assert False, ALL",
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_text(cell: Block, name: str) -> None:
    shown(cell, ERRORS[name], ends="error")
    expect(cell.find(".trouble")).to_be_visible()


def test_the_words_of_figures_are_text(cell: Block) -> None:
    shown(
        cell,
        """
halves = PAYLOADS[::2], PAYLOADS[1::2]
def figures():
    return (
        Plot(*[Curve(lambda x: x, name=p, label=p, role=p) for p in PAYLOADS], Path([(0, 0), (1, 1)], label=ALL, draw=ALL),
             Bars([(0.5, 1)], width=1, label=ALL), Points([(0, 0)], drag=ALL), x=(0, 1), y=(0, 1), x_label=ALL, y_label=ALL, note=ALL,
             readouts={p: p for p in PAYLOADS}),
        Surface(lambda a, b: a, x=(0, 1), **{ALL: (0, 1)}, z_label=ALL, name=ALL, role=ALL, view="contours", note=ALL),
        Matrix([[p] for p in PAYLOADS], rows=PAYLOADS, columns=[ALL], row_label=ALL, column_label=ALL, note=ALL),
        Tiles([[Tile(p, [0, 1], columns=1) for p in half] for half in halves], note=ALL),
        Diagram([[Neuron(p, 1, bias=(p, 1), activation=p) for p in half[:40]] for half in halves],
                [Weight(p + q, 1, source=p, target=q) for p, q in zip(*(half[:40] for half in halves))], note=ALL),
        Graph([Node(p, p, 1, 1) for p in PAYLOADS], [Edge(p, q, local=1) for p, q in zip(*halves)], note=ALL),
    )
figures.__doc__ = "\\n\\n".join([ALL.replace("{", "{{").replace("}", "}}")] * 6)
Demo(figures, {})
""",
    )
    assert cell.find("[data-figure]").count() == 6
    assert all_in(cell.find("[data-figure]").first.get_attribute("aria-label") or "")
    assert all_in(cell.find(".figure.matrix").text_content() or "")
    assert all_in(cell.find(".figure.graph").text_content() or "")
    assert all_in(cell.find("[data-notes]").text_content() or "")


@pytest.mark.parametrize("part", ["PAYLOADS[:90]", "PAYLOADS[90:]"])
def test_the_words_of_controls_are_text(cell: Block, part: str) -> None:
    shown(
        cell,
        f"""
controls = {{p: Slider(0, 1, start=0, role=p, plays=True) for p in {part}}}
controls["shape"] = Choice(tuple(PAYLOADS), start=PAYLOADS[0], role=ALL)
controls[ALL] = DataPoints((0, 1), (0, 1), start=[(0, 0)], grows=True, classes=False)
controls[ALL + "2"] = DataPoints((0, 1), (0, 1), start=[(0, 0)])
def figure(**values):
    '''One.'''
    return Plot(x=(0, 1), y=(0, 1), x_label=str(values["shape"]))
Demo(figure, controls)
""",
    )
    assert cell.find("[data-control]").count() > 80
    cell.find("form input[type=range]").first.fill("0.5")
    cell.find("form select").first.select_option(ATTEMPTS[5])
    expect(cell.find(".figure.plot .label.x")).to_have_text(ATTEMPTS[5])


def test_what_is_wrong_with_pasted_rows_is_text(cell: Block) -> None:
    cell.run(GROWING, ends="done")
    cell.find("details summary").last.click()
    rows = cell.find("textarea[aria-label^=data]")
    for payload in (*ATTEMPTS[::12], "\n".join(ATTEMPTS)):
        rows.fill(f"1,1,0\n{payload}")
        cell.button("Use these rows").click()
        expect(cell.find("[role=alert]")).to_contain_text("line 2 is")


def test_the_words_of_a_drawing_are_text(cell: Block) -> None:
    shown(
        cell,
        "import matplotlib.pyplot as plt\nplt.rcParams['svg.fonttype'] = 'none'\n"
        "plt.title(ALL.replace('$', ''))\nplt.plot([1, 2], label=ALL.replace('$', ''), gid=ALL, url='javascript:alert(1)')\nplt.legend()\nNone",
    )
    expect(cell.find("[data-output] img")).to_have_count(1)


def test_a_drawing_is_a_picture_whatever_it_holds(cell: Block, reader: Reader) -> None:
    code = f"from stage.output import show_image\nfor svg in {SVG!r}:\n    show_image.get()(svg)\nNone"
    shown(cell, code)
    images = cell.find("[data-output] img")
    expect(images).to_have_count(len(SVG))
    reader.page.wait_for_timeout(300)  # for what the pictures might load
    harmless(reader)
    # Opened by itself, as a context menu can, it has the page's policy.
    asked: list[Request] = []
    for address in images.evaluate_all("all => all.map((image) => image.src)"):
        tab = reader.page.context.new_page()
        tab.add_init_script(WATCH)
        tab.on("dialog", lambda dialog: (reader.console.append("a dialog of a drawing"), dialog.dismiss()))
        tab.on("request", lambda request: asked.append(request))
        tab.goto(reader.served + "further/")
        tab.evaluate("address => { location = address; }", address)
        tab.wait_for_timeout(150)
        ran = tab.evaluate("window.ran ?? []") if not tab.is_closed() else []
        assert [said for said in ran if said in ("alert", "prompt", "confirm", "print", "open")] == []
        went = [each for each in asked if each.failure not in ("csp", "origin")]
        assert {urlsplit(each.url).netloc for each in went if each.url.startswith("http")} <= {
            urlsplit(reader.served).netloc
        }
        tab.close()


LINKS = [
    "gallery/#%E0%A4%A",
    "gallery/#<img src=x onerror=alert(1)>",
    "gallery/#javascript:alert(1)",
    "line/?w=5&code=alert(1)&run=1#<script>alert(1)</script>",
    'line/?"><script>alert(1)</script>#w=3',
    "playground/?code=print(5)&run=true&source=print(5)#code=print(5)",
    "embed/line/the_line/?w=5#w=5",
]


@pytest.mark.parametrize("link", LINKS)
def test_what_a_link_says_is_not_run(reader: Reader, link: str) -> None:
    reader.page.goto("about:blank")
    reader.asked.clear()
    reader.opens(link)
    assert (
        reader.page.locator("[data-output]").all_text_contents() == [""] * reader.page.locator("[data-output]").count()
    )
    assert reader.page.locator("[data-state=running], [data-state=done], [data-state=error]").count() == 0
    harmless(reader)
