"""One build, in a process of its own: `python -m bench.once LESSONS DIST`."""

from __future__ import annotations

import sys
from pathlib import Path

import build


def main() -> None:
    """Build the course in the first folder into the second, as `build.py build` does."""
    lessons, dist = map(Path, sys.argv[1:])
    sys.path.insert(0, str(lessons.parent))  # lessons are imported by the name of their folder
    build.build(lessons=lessons, dist=dist, compress=True)


if __name__ == "__main__":
    main()
