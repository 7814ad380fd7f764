"""Half an hour of a restless reader in a minute or so: no move is lost, and nothing piles up."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from playwright.sync_api import expect

from stage.session import Session
from tests.browser.conftest import BOOT, Block, Reader
from tests.browser.test_faults_code import paste
from tests.conftest import PLACED

BATCH, BATCHES = 100, 6
"""What the reader does between two pauses, and how many pauses they make: about as much as in half an hour."""
GROWTH = 1.2

DEMO, EXERCISE, PLAYED, CELLS = (
    "one_valley",
    "learning_rate",
    "train",
    ("one_update", "over_the_bottom", "in_millimetres"),
)
CODE = {
    "fine": "print('fine')\n1 + 1",
    "an error": "1 / 0",
    "no Python": "if x\n    1",
    "many words": "for i in range(3000): print('word', i)",
    "a list": "[[i, j] for i in range(100) for j in range(10)]",
    "endless": "while True: pass",
}

MOVE = """([block, name, shares]) => {
  const range = document.querySelector(`[data-block="${block}"] input[type=range][name="${name}"]`);
  for (const share of shares) {
    range.value = Number(range.min) + share * (Number(range.max) - Number(range.min));
    range.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""
PRESS = """([block, words]) => {
  const buttons = [...document.querySelectorAll(`[data-block="${block}"] button`)];
  const button = buttons.find((each) => each.textContent.trim() === words && !each.disabled);
  button?.click();
}"""
AT_REST = """() => [...document.querySelectorAll("[data-block]")].every((block) => {
  const stop = block.querySelector("button[data-do=stop]");
  return !["running", "waiting"].includes(block.dataset.state) && (stop.disabled || stop.hidden);
})"""
FORM = """(block) => Object.fromEntries([...block.querySelectorAll("[data-control]:not([data-kind=points])")]
  .map(({ dataset }) => [dataset.control, Number(dataset.value)]))"""


class Restless:
    """A reader who does something new before the last thing is done."""

    def __init__(self, reader: Reader, seed: int) -> None:
        self.reader = reader
        self.chance = Random(seed)
        self.blocks = {name: reader.block(name) for name in (DEMO, EXERCISE, PLAYED, *CELLS)}
        self.starters = {placed.name: placed.source for placed in PLACED if placed.lesson == "descent"}

    def act(self) -> None:
        acts: dict[Callable[[], None], int] = {
            self.drag: 50, self.step: 15, self.play: 10, self.run: 15, self.press: 10,
        }  # fmt: skip
        [act] = self.chance.choices(list(acts), list(acts.values()))
        act()

    def drag(self) -> None:
        name, sliders = self.chance.choice(
            [
                (DEMO, ("learning_rate", "x")),
                (EXERCISE, ("w", "b", "learning_rate")),
                (PLAYED, ("w", "b", "learning_rate")),
            ]
        )
        shares = [self.chance.random() for _ in range(self.chance.randint(1, 12))]
        self.reader.evaluate(MOVE, [name, self.chance.choice(sliders), shares])

    def step(self) -> None:
        self.reader.evaluate(PRESS, [EXERCISE, self.chance.choice(["update()", "Step back", "Rewind"])])

    def play(self) -> None:
        self.reader.evaluate(PRESS, [PLAYED, self.chance.choice(["Play", "Pause", "Step", "Step back", "Rewind"])])

    def run(self) -> None:
        name = self.chance.choice([EXERCISE, PLAYED, *CELLS])
        code = self.chance.choice([self.starters[name], *CODE.values()])
        block = self.blocks[name]
        paste(block, code)  # what is typed is kept by the browser's own undo, up to a thousand steps
        block.page.keyboard.press("ControlOrMeta+Enter")
        if code == CODE["endless"]:
            expect(block.button("Stop")).to_be_enabled()
            block.button("Stop").click()

    def press(self) -> None:
        name = self.chance.choice([EXERCISE, PLAYED, *CELLS])
        self.reader.evaluate(PRESS, [name, self.chance.choice(["Check", "Hint", "Stop", "Reset", "Run"])])

    def pause(self) -> None:
        """Bring all back to its start, and wait until all is answered."""
        for name in self.blocks:
            self.reader.evaluate(PRESS, [name, "Reset"])
        self.reader.python("ready")
        self.reader.page.wait_for_function(AT_REST, timeout=BOOT)

    def answered(self, session: Session) -> None:
        """After one more move each, the figures show what the same Python says at home."""
        for name in (DEMO, EXERCISE, PLAYED):
            self.reader.evaluate(MOVE, [name, "learning_rate", [self.chance.random() for _ in range(5)]])
        for name in (DEMO, EXERCISE, PLAYED):
            block = self.blocks[name]
            question: dict[str, Any] = {"do": "draw", "block": f"descent/{name}", "fresh": True}
            question["values"] = block.element.evaluate(FORM)
            if name != DEMO:
                question |= {"source": self.starters[name], "code": self.starters[name]}
            answer = json.loads(session.handle(json.dumps(question)))
            figures = block.find("[data-figure]")
            for i, figure in enumerate(answer["figures"]):
                expect(figures.nth(i)).to_have_attribute("aria-label", figure["label"])
            for readout, text in answer["readouts"].items():
                expect(block.find(f'.readouts output[name="{readout}"]')).to_have_text(text)


def sizes(reader: Reader, block: Block) -> dict[str, float]:
    """What there is of everything, after the rubbish is taken out."""
    while len(reader.page.workers) < 2:  # the spare one comes when nothing has been asked for a while
        reader.page.wait_for_timeout(200)
    browser = reader.page.context.new_cdp_session(reader.page)
    browser.send("HeapProfiler.enable")
    for _ in range(2):
        browser.send("HeapProfiler.collectGarbage")
    counted = browser.send("Memory.getDOMCounters")
    heap = browser.send("Runtime.getHeapUsage")["usedSize"]
    browser.detach()
    paste(block, "import pyodide_js\npyodide_js._module.HEAP8.length")
    block.run(ends="done")
    memory = int(block.find("[data-output] .value").inner_text())
    block.button("Reset").click()
    return {
        "heap of the page": heap,
        "nodes": counted["nodes"],
        "listeners": counted["jsEventListeners"],
        "memory of Python": memory,
        "workers": len(reader.page.workers),
    }


def test_half_an_hour_of_restless_use_loses_no_move_and_piles_up_nothing(reader: Reader) -> None:
    reader.opens("descent/")
    restless = Restless(reader, seed=6)
    session = Session("lessons")
    found = []
    for _ in range(BATCHES):
        for _ in range(BATCH):
            restless.act()
        restless.pause()
        restless.answered(session)
        restless.pause()
        found.append(sizes(reader, restless.blocks[CELLS[0]]))
    first, last = found[1], found[-1]  # the first round warms up
    assert all(last[what] <= GROWTH * first[what] for what in first), found
