"""The browser of the benchmark: slowed down as a whole, without JSPI, and one short row from start to end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from bench import floor
from bench.browser import browser, group_of, slow_down, until, without_jspi
from bench.pages import RUN, Visit, visit
from bench.play import pace
from bench.serving import served
from bench.surfaces import frames

COUNTS = "import time; print('here', flush=True)\nwhile True: time.sleep(0.01)"
TOLD = "addEventListener('message', ({ data }) => postMessage([data, typeof WebAssembly.Suspending]))"
SUSPENDING = """() => {
  const start = `import ${JSON.stringify(new URL("told.js", location.href).href)};`;
  const address = URL.createObjectURL(new Blob([start], { type: "text/javascript" }));
  const worker = new Worker(address, { type: "module" });
  worker.postMessage("heard");
  return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve([typeof WebAssembly.Suspending, ...data])));
}"""


def test_a_slowed_group_of_processes_goes_on_afterwards() -> None:
    process = subprocess.Popen([sys.executable, "-c", COUNTS], stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        states = set()
        with slow_down(process.pid, 4):
            for _ in range(300):
                states.add(Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0])
                if "T" in states:
                    break
                time.sleep(0.005)
        assert "T" in states  # it was stopped for a while
        assert Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] in "RS"
    finally:
        process.kill()
        process.communicate(timeout=20)


def test_a_group_that_has_ended_is_no_fault() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    process.wait(20)
    with slow_down(process.pid, 4):
        time.sleep(0.005)


def test_without_a_browser_of_that_profile_there_is_no_group(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no Chromium runs with the profile"):
        group_of(tmp_path)


@pytest.mark.browser
def test_the_floor_runs_its_line_and_workers_can_do_without_jspi(tmp_path: Path) -> None:
    ground, dist = tmp_path / "floor", tmp_path / "dist"
    dist.mkdir()
    (dist / "index.html").write_text("<!doctype html><title>Empty</title>")
    (dist / "told.js").write_text(TOLD)
    floor.write(ground)
    assert (ground / "runtime" / "pyodide.asm.wasm.gz").is_file()
    assert not (ground / "runtime" / "python_stdlib.zip.gz").exists()  # it is compressed as it is
    with (
        served(dist, ground) as port,
        sync_playwright() as playwright,
        browser(playwright, tmp_path / "profile") as context,
    ):
        address = f"http://127.0.0.1:{port}/"
        marks = visit(context, address, Visit("floor/"))
        assert marks[RUN] > 0
        page = context.new_page()
        page.goto(address)
        assert page.evaluate(SUSPENDING) == ["function", "heard", "function"]
        without_jspi(page)
        page.goto(address)
        assert page.evaluate(SUSPENDING) == ["undefined", "heard", "undefined"]
        with pytest.raises(TimeoutError, match="there is no document"):
            until(page, "document.never", seconds=0.1)


def test_the_pace_of_training_is_taken_from_the_first_change_to_the_last() -> None:
    samples = [[0.0, 0.0], [100.0, 0.0], [200.0, 50.0], [300.0, 150.0], [400.0, 250.0], [500.0, 250.0]]
    assert pace(samples) == (1000.0, 10.0)
    with pytest.raises(RuntimeError, match="did not train"):
        pace(samples[:2])


def test_the_work_of_a_frame_is_all_of_the_main_threads_tasks_until_the_next() -> None:
    def event(name: str, ts: int, dur: int | None = None, tid: int = 1) -> dict[str, object]:
        return {"name": name, "ts": ts, "pid": 1, "tid": tid} | ({} if dur is None else {"dur": dur})

    trace = [
        event("RunTask", 0, 500),
        *(event("RunTask", start, 1000) for start in (1000, 11_000, 21_000, 31_000)),
        *(event("FireAnimationFrame", start, 10) for start in (1100, 11_100, 21_100, 31_100)),
        event("RunTask", 15_000, 3000),
        event("RunTask", 16_000, 9000, tid=2),
    ]
    assert frames(trace) == [4.0, 1.0]
    with pytest.raises(RuntimeError, match="was not drawn"):
        frames([])
