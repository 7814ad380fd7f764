"""How heavy the built site is: what each page loads before Python starts, all files by kind, and their budgets."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit

from builder.compress import SUFFIXES
from builder.runtime import LOCK, closure

KINDS = ("html", "scripts", "styles", "fonts", "runtime core", "wheels", "other")
BY_SUFFIX = {".html": "html", ".js": "scripts", ".mjs": "scripts", ".css": "styles", ".woff2": "fonts"}
LEVEL = 6
"""How hard to compress: what servers do by default."""

BUDGETS = {"each page": 250, "/gallery/": 450, "scripts": 330, "numpy": 3_300, "matplotlib": 13_000, "snapshot": 7_000}
"""Kilobytes (1,000 bytes) after gzip: of a page before Python starts (the gallery shows every block of the course), of
all scripts, of a package with all that it depends on, and of Python's memory to start from."""


@dataclass(frozen=True)
class Size:
    """Bytes of some files: how many files, as they lie on disk, and after gzip."""

    files: int = 0
    raw: int = 0
    gzip: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(self.files + other.files, self.raw + other.raw, self.gzip + other.gzip)


def measure(dist: Path) -> tuple[dict[str, Size], dict[str, Size]]:
    """The sizes of the site in `dist`: of each page with its scripts and styles, and of all files by kind.

    The last kind is "total". Raises FileNotFoundError where a page refers to a file that is not there.
    """
    files = [path for path in dist.rglob("*") if path.is_file() and path.suffix not in SUFFIXES]
    sizes = {path.relative_to(dist).as_posix(): _size(path) for path in files}
    pages = {}
    for page in (dist / "index.html", *sorted(dist.glob("*/index.html"))):
        name = page.relative_to(dist).as_posix()
        address = "/" + name.removesuffix("index.html")
        needed = {name, *references(page.read_text(encoding="utf-8"), address)}
        if missing := sorted(needed - sizes.keys()):
            raise FileNotFoundError(f"{page} refers to {missing[0]}, which is not in {dist}")
        pages[address] = _sum(sizes[path] for path in needed)
    kinds = {kind: _sum(size for name, size in sizes.items() if _kind(name) == kind) for kind in KINDS}
    return pages, {**kinds, "total": _sum(sizes.values())}


def over(dist: Path, pages: dict[str, Size], kinds: dict[str, Size]) -> list[str]:
    """A sentence for each budget that the site in `dist`, of these sizes, does not keep."""
    found = {name: size.gzip for name, size in pages.items()} | {"scripts": kinds["scripts"].gzip}
    for lock in dist.glob(f"runtime/*/{LOCK}"):
        entries = json.loads(lock.read_text("utf-8"))["packages"]
        for name in set(entries) & set(BUDGETS):
            wheels = (lock.with_name(entries[each]["file_name"]) for each in closure([name], entries))
            found[name] = sum(wheel.stat().st_size for wheel in wheels)
    for snapshot in dist.glob("assets/snapshot-*"):
        found["snapshot"] = snapshot.stat().st_size
    return [
        f"{name} weighs {size / 1000:,.1f} kB; its budget is {budget:,} kB (builder/sizes.py)"
        for name, size in sorted(found.items())
        if size > 1000 * (budget := BUDGETS.get(name, BUDGETS["each page"]))
    ]


def references(html: str, address: str) -> set[str]:
    """The site's own scripts and styles that the page `html` at `address` asks for, as paths below /."""
    reader = _References()
    reader.feed(html)
    urls = [urlsplit(urljoin(address, reference)) for reference in reader.found]
    return {url.path.lstrip("/") for url in urls if not (url.scheme or url.netloc)}


def table(pages: dict[str, Size], kinds: dict[str, Size]) -> str:
    """Both sets of sizes for reading, in kB (1,000 bytes)."""
    wide = max(map(len, (*pages, *kinds)))

    def lines(title: str, rows: dict[str, Size]) -> Iterable[str]:
        yield title
        yield f"  {'':{wide}}  files       raw kB      gzip kB"
        for name, size in rows.items():
            yield f"  {name:{wide}}  {size.files:5}  {size.raw / 1000:11,.1f}  {size.gzip / 1000:11,.1f}"

    return "\n".join((*lines("Each page before Python starts", pages), "", *lines("All files", kinds)))


def main(dist: Path = Path("dist")) -> None:
    """Print the sizes of the built site; end with status 1 where it does not keep a budget."""
    if not (dist / "index.html").is_file():
        sys.exit(f"no site in {dist}; `make build` makes it")
    pages, kinds = measure(dist)
    print(table(pages, kinds))
    if heavy := over(dist, pages, kinds):
        sys.exit("\n".join(["", *heavy]))


class _References(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag, dict(attrs):
            case "script", {"src": str(reference)}:
                self.found.append(reference)
            case "link", {"rel": "stylesheet" | "modulepreload", "href": str(reference)}:
                self.found.append(reference)


def _kind(name: str) -> str:
    path = PurePosixPath(name)
    if path.parts[0] == "runtime":
        return "wheels" if path.suffix == ".whl" else "runtime core"
    return BY_SUFFIX.get(path.suffix, "other")


def _size(path: Path) -> Size:
    content = path.read_bytes()
    return Size(1, len(content), len(gzip.compress(content, LEVEL)))


def _sum(sizes: Iterable[Size]) -> Size:
    return sum(sizes, start=Size())


if __name__ == "__main__":
    main()
