"""Published attempts to have a page run script, in all that a lesson says: where it is text it stays text."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

import build
from bench.serving import hosted
from builder.math import Formula, typeset
from builder.prose import markdown
from builder.server import Site
from tests.browser.conftest import Block, Reader, reading
from tests.browser.test_markup import LIVE, WATCH, harmless
from tests.security.payloads import ATTEMPTS, MARKDOWN, TEX

ALL = " ".join(ATTEMPTS)
NAMES = [payload for payload in ATTEMPTS if not re.search(r"[,|\n`*_$\\\[\]&]", payload)][::6]

SHOWS = f"""from stage.controls import Choice, Slider
from stage.demo import Mistake, cell, demo, exercise
from stage.figure import Plot
from stage.marks import Curve

PAYLOADS = {ATTEMPTS!r}
ALL = " ".join(PAYLOADS)

def drawn(function):
    function.__doc__ = ALL.replace("{{", "{{{{").replace("}}", "}}}}")
    return function

@demo(w=Slider(0, 1, start=0.5, role=ALL), shape=Choice(tuple(PAYLOADS), start=PAYLOADS[0], role=ALL))
@drawn
def a_demo(w, shape):
    curve = Curve(lambda x: w * x, label=ALL, name=ALL, role=ALL)
    return Plot(curve, x=(0, 1), y=(0, 1), x_label=ALL, y_label=shape, note=ALL, readouts={{ALL: ALL}})

@cell(reads=("text",))
@drawn
def a_cell(learner):
    return Plot(x=(0, 1), y=(0, 1), x_label=learner.text)

@exercise(
    check=lambda learner: None if learner.done is True else f"It is `{{learner.done}}`, not {{ALL}}",
    passes=ALL,
    hints=[f"````` {{payload}} `````" for payload in PAYLOADS],
    mistakes=(Mistake("done = 5", lambda learner: learner.done == 5, ALL),),
    solution="done = True  # " + ALL,
)
@drawn
def an_exercise(learner):
    return Plot(x=(0, 1), y=(0, 1))
"""


def escaped(payload: str) -> str:
    """As Markdown that says just this."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", payload).replace("\t", "&#9;")


def plain(payload: str) -> bool:
    """Whether Markdown makes no link of it that leads into the course, where there is no such page."""
    tokens = markdown().parse(payload)
    children = [child for token in tokens for child in token.children or ()]
    return not any(child.type in ("link_open", "image") for child in children)


def prose() -> str:
    """A lesson that says all of them: in code, in words, as a heading, as a title, as formulas and as Markdown."""
    formulas = [Formula(tex, display=False) for tex in TEX]
    fine = [formula.tex for formula, made in typeset(formulas, build.SITE).items() if not made.error]
    parts = [
        *(f"~~~~~ text {payload}\n{payload}\n~~~~~" for payload in ATTEMPTS),
        *(f"Said: ````` {payload} `````" for payload in ATTEMPTS if "\n" not in payload),
        *(f"Said: {escaped(payload)}" for payload in ATTEMPTS),
        *(f"## {escaped(payload)}" for payload in ATTEMPTS),
        *(f"::: step {payload.replace('$', '')}\nInside.\n:::" for payload in ATTEMPTS if not payload.startswith("`")),
        *(f"![{escaped(payload)}](dot.png)" for payload in ATTEMPTS[::10]),
        *(f"So ${tex}$." for tex in fine),
        *(payload for payload in MARKDOWN if plain(payload)),
        "```demo a_demo\n```",
        f"```cell a_cell\ntext = {ALL!r}\n```",
        f"```exercise an_exercise\ndone = {ALL!r}\n```",
    ]
    return "\n\n".join(parts) + "\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a course that says all of them wherever an author can say something."""
    folder = tmp_path_factory.mktemp("payloads") / "course_of_payloads"
    folder.mkdir()
    front = f"---\ntitle: {json.dumps(ALL)}\nsummary: {json.dumps(ALL)}\n---\n"
    terms = "\n".join(f"{escaped(name)}\n: {escaped(name)}\n: [x](../said/)\n" for name in NAMES)
    course = (
        f"title = {json.dumps(ALL)}\ntagline = {json.dumps(ALL)}\nhome = 'home'\npackages = []\npages = ['glossary']\n"
    )
    files = {
        "__init__.py": "",
        "course.toml": f"{course}[[parts]]\ntitle = {json.dumps(ALL)}\nlessons = ['said']\n",
        **{"home.md": front, "home.py": "", "said.md": front + prose(), "said.py": SHOWS},
        **{"glossary.md": front + terms, "glossary.py": ""},
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    path = list(sys.path)
    dist = folder.parent / "dist"
    build.build(folder, dist)
    sys.path[:] = path
    with hosted(Site(dist)) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def reader(chromium: Browser, course: str) -> Iterator[Reader]:
    for reader in reading(chromium, course, viewport={"width": 1280, "height": 800}):
        reader.page.add_init_script(WATCH)
        yield reader
        harmless(reader)


@pytest.mark.parametrize(
    "path", ["", "said/", "glossary/", "gallery/", "embed/said/a_demo/", "embed/said/an_exercise/"]
)
def test_what_a_lesson_says_as_text_is_text(reader: Reader, path: str) -> None:
    reader.opens(path, waits=False)
    assert ATTEMPTS[0] in reader.page.title()
    text = reader.page.locator("body").text_content() or ""
    missing = [payload for payload in ATTEMPTS if re.sub(r"\s+", " ", payload) not in re.sub(r"\s+", " ", text)]
    assert missing == []


def open_alone(reader: Reader, name: str) -> Block:
    """The block on its own page, without the course's title, which covers all of it here."""
    reader.opens(f"embed/said/{name}/")
    reader.evaluate("() => document.querySelector('header').remove()")
    return reader.block(name)


def test_what_a_check_says_of_the_readers_answer_is_text(reader: Reader) -> None:
    block = open_alone(reader, "an_exercise")
    for code, verdict in ((None, "fail"), ("done = 5", "fail"), ("done = True", "pass")):
        block.run(code, press="Check")
        expect(block.find(f"[data-verdict={verdict}]")).to_contain_text(ATTEMPTS[0])
        harmless(reader)
    while block.button("Hint").is_enabled():
        block.button("Hint").click()
    block.button("Solution").click()
    expect(block.find("[data-solution]")).to_contain_text(ATTEMPTS[0])


def test_what_a_cell_reads_of_the_readers_names_is_text(reader: Reader) -> None:
    block = open_alone(reader, "a_cell")
    block.run()
    expect(block.find("output[name=text]")).to_contain_text(ATTEMPTS[0][:20])


@pytest.mark.parametrize("name", ["said.ipynb", "said.py"])
def test_a_lesson_to_take_away_is_never_sent_as_a_page(reader: Reader, course: str, name: str) -> None:
    answer = reader.page.request.get(f"{course}said/{name}")
    assert answer.ok
    assert not answer.headers.get("content-type", "").startswith(
        ("text/html", "image/svg", "application/xhtml", "text/xml")
    )
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("tex", TEX)
def test_tex_is_refused_or_becomes_words(tex: str) -> None:
    for display in (True, False):
        [made] = typeset([Formula(tex, display=display)], build.SITE).values()
        tags = " ".join(re.findall(r"<[^>]*>", re.sub(r'="[^"]*"', '=""', made.html)))
        assert not re.search(r"\s(on\w+|href|src|xlink:href)=|<(script|img|a|iframe|annotation-xml)\b", tags)
        assert "url(" not in made.html
        assert made.html or made.error


NAVIGATES = re.compile(r"refresh[^>]*http://|window\.open|location", re.IGNORECASE)


@pytest.fixture
def visitor(chromium: Browser, served: str) -> Iterator[Reader]:
    """A reader of the real course, to whom pages come as a test wants them; the policy's own words are expected."""
    for reader in reading(chromium, served):
        reader.page.add_init_script(WATCH)
        yield reader
        reader.console.clear()


TRY = """() => {
  const leads = (link) => link && !/script:/i.test(link.getAttribute("href") ?? "script:");
  addEventListener("click", (event) => leads(event.target.closest("a")) && event.preventDefault(), true);
  for (const element of document.querySelectorAll("main *")) {
    for (const kind of ["mouseover", "pointerover", "focus", "toggle"]) element.dispatchEvent(new Event(kind, { bubbles: true }));
    element.click?.();
  }
}"""
"""Does to each element what a reader might do to it, but for going elsewhere by a link."""


def test_what_an_author_says_as_html_cannot_run_script_either(visitor: Reader) -> None:
    """HTML in a lesson is the author's, and stays what it is; the page's policy keeps script in it from running."""
    page = (build.DIST / "further" / "index.html").read_text("utf-8")
    answered: list[str] = []
    html = [page]
    visitor.page.on("response", lambda response: answered.append(urlsplit(response.url).netloc))
    visitor.page.route(
        re.compile(r"/further/\?\d+$"), lambda route: route.fulfill(body=html[-1], content_type="text/html")
    )
    for number, payload in enumerate(each for each in ATTEMPTS if not NAVIGATES.search(each)):
        html.append(page.replace("</h1>", f"</h1>{payload}", 1))
        visitor.page.goto(f"{visitor.served}further/?{number}", wait_until="domcontentloaded")
        visitor.evaluate(TRY)
        ran = visitor.evaluate("window.ran ?? []")
        assert [said for said in ran if said in ("alert", "prompt", "confirm", "print", "open")] == [], payload
    assert {host for host in answered if host} == {urlsplit(visitor.served).netloc}


def test_the_watch_sees_what_is_live(visitor: Reader) -> None:
    """The tests above can fail: without a policy, and as HTML, many of the attempts do run."""
    body = "".join(payload for payload in ATTEMPTS if payload.startswith("<svg") and "alert(1)>" in payload)
    visitor.page.route("**/nowhere/", lambda route: route.fulfill(body=body, content_type="text/html"))
    visitor.page.goto(f"{visitor.served}nowhere/")
    assert "alert" in visitor.evaluate("window.ran")
    assert visitor.evaluate(LIVE)
