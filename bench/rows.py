"""All that is measured, one row each: its name, what it is, its goal, and the function that measures it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench import builds, pages, play, surfaces
from bench.lab import Lab
from bench.table import Goal, Measured


@dataclass(frozen=True)
class Row:
    """`measure` gives one number for each run, in `unit`. Without a goal a row is there to be read."""

    name: str
    what: str
    unit: str
    goal: Goal | None
    measure: Callable[[Lab], Measured]


QUARTER, HALF, MOST = Goal(0.25, "ratio"), Goal(0.5, "ratio"), Goal(0.85, "ratio")
STOP, AGAIN = Goal(150), Goal(150)

ROWS = [
    Row("start/figure/warm", "warm: navigation to first figure, slider usable", "ms", QUARTER, pages.first_figure_warm),
    Row("start/figure/cold", "cold: the same, beside the warm floor", "ms", QUARTER, pages.first_figure_cold),
    Row("start/output/warm", "warm: navigation to first output", "ms", HALF, pages.first_output_warm),
    Row("start/output/cold", "cold: navigation to first output", "ms", HALF, pages.first_output_cold),
    Row(
        *("start/output/cold/network", "cold, slow network: navigation to first output", "ms", MOST),
        pages.first_output_cold_slow_network,
    ),
    Row("start/picture/warm", "warm: navigation to first Matplotlib figure", "ms", HALF, pages.first_picture_warm),
    Row(
        *("start/picture/looked", "warm: Run to first Matplotlib figure, 5 s after navigation", "ms", Goal(300)),
        pages.first_picture_after_a_look,
    ),
    Row("start/figure/cpu", "warm, CPU 4x slower: first figure", "ms", None, pages.first_figure_slow_cpu),
    Row("start/output/cpu", "warm, CPU 4x slower: first output", "ms", None, pages.first_output_warm_slow_cpu),
    Row("start/output/cold/cpu", "cold, CPU 4x slower: first output", "ms", None, pages.first_output_cold_slow_cpu),
    Row("start/figure/network", "cold, slow network: first figure", "ms", None, pages.first_figure_slow_network),
    Row("start/output/network", "warm, slow network: first output", "ms", None, pages.first_output_warm_slow_network),
    Row("slider", "slider to new figure painted", "ms", Goal(16.7, "excess"), play.slider_to_figure),
    Row("surface/rate", "surface while it is turned", "frames/s", Goal(60, least=True), surfaces.frames_a_second),
    Row("surface/work", "the longest main-thread work of a frame then", "ms", Goal(20), surfaces.longest_frame),
    Row("landscape/first", "landscape 50 x 50: Run to first picture", "ms", Goal(50), play.landscape_first),
    Row("landscape/whole", "landscape 50 x 50: Run to whole picture", "ms", Goal(150), play.landscape_whole),
    Row("landscape/gap", "the longest time between two frames then", "ms", Goal(50), play.landscape_gap),
    Row("train", "train at 100x, figures and readouts live", "steps/s", Goal(5000, least=True), play.train),
    Row("stop/shared", "Stop, page isolated (shared memory)", "ms", STOP, play.stopped(play.SHARED)),
    Row("stop/shared/run", "the Run after it", "ms", AGAIN, play.run_again(play.SHARED)),
    Row("stop/unshared", "Stop, page not isolated (JSPI)", "ms", STOP, play.stopped(play.UNSHARED)),
    Row("stop/unshared/run", "the Run after it", "ms", AGAIN, play.run_again(play.UNSHARED)),
    Row("stop/bare", "Stop, neither of them (a new worker)", "ms", STOP, play.stopped(play.BARE)),
    Row("stop/bare/run", "the Run after it", "ms", AGAIN, play.run_again(play.BARE)),
    Row("stop/inside", "Stop inside a long call of NumPy", "ms", STOP, play.stopped(play.INSIDE)),
    Row("stop/inside/run", "the Run after it", "ms", AGAIN, play.run_again(play.INSIDE)),
    Row("build/course", "build: the course from scratch", "s", Goal(6), builds.course_from_scratch),
    Row("build/prose", "build: changed .md saved to page shows it", "s", Goal(0.5), builds.changed_prose),
    Row("build/figure", "build: changed .py saved to page shows it", "s", Goal(0.5), builds.changed_figure),
    Row("build/many", "build: 1,000 generated lessons", "s", Goal(60), builds.many_seconds),
    Row("build/many/memory", "its memory at the worst moment", "MB", Goal(1000), builds.many_memory),
    Row("build/many/cores", "its cores at work, of 2", "", Goal(1.5, least=True), builds.many_cores),
    Row(
        *("build/many/growth", "a lesson among 1,000 beside one among 250", "times", Goal(1.15)),
        builds.many_growth,
    ),
]
