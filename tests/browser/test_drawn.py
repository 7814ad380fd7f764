"""What Matplotlib draws looks like the page, light and dark, and can be saved."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Block, Reader

PLOT = """import matplotlib.pyplot as plt
plt.plot([1, 2, 3], [1, 4, 9], label="squares")
plt.plot([1, 2, 3], [1, 2, 3], "k", label="black")
plt.legend()
plt.show()
"""


def drawn(reader: Reader) -> Block:
    cell = reader.opens("playground/").block("playground")
    cell.run(PLOT, ends="done")
    expect(cell.find(".drawn img")).to_be_visible()
    return cell


def colours(cell: Block) -> set[str]:
    """The colours of the picture as it is shown, in hexadecimals."""
    found: list[str] = cell.find(".drawn img").evaluate(
        """async image => {
          await image.decode();
          const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
          const pen = canvas.getContext("2d");
          pen.drawImage(image, 0, 0);
          const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Set();
          for (let i = 0; i < data.length; i += 4)
            if (data[i + 3] === 255) seen.add("#" + [0, 1, 2].map(k => data[i + k].toString(16).padStart(2, "0")).join(""));
          return [...seen];
        }"""
    )
    return set(found)


def token(reader: Reader, name: str) -> str:
    """The colour of a token in the page's theme, in hexadecimals."""
    rgb = reader.evaluate(
        "name => { const e = document.body.appendChild(document.createElement('i')); e.style.color = `var(--${name})`;"
        " const found = getComputedStyle(e).color; e.remove(); return found; }",
        name,
    )
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", rgb)[:3])


def test_a_figure_has_the_colours_of_the_theme_and_follows_it(reader: Reader) -> None:
    cell = drawn(reader)
    light = token(reader, "ink"), token(reader, "model")
    assert set(light) <= colours(cell)
    assert "#000000" not in colours(cell), "black is ink"
    reader.page.get_by_role("button", name="Light or dark").click()
    dark = token(reader, "ink"), token(reader, "model")
    assert set(dark).isdisjoint(light)
    expect(cell.find(".drawn img")).to_be_visible()
    assert set(dark) <= colours(cell)
    assert light[1] not in colours(cell)


def test_a_figure_is_saved_as_png_on_white_and_as_svg_whatever_the_theme(reader: Reader, tmp_path: Path) -> None:
    cell = drawn(reader)
    ink = token(reader, "ink")
    reader.page.get_by_role("button", name="Light or dark").click()
    for kind in ("PNG", "SVG"):
        with reader.page.expect_download() as download:
            cell.button(f"Save as {kind}").click()
        download.value.save_as(tmp_path / download.value.suggested_filename)
    with Image.open(tmp_path / "figure.png") as picture:
        assert picture.width > 1000
        assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
    assert ink in (tmp_path / "figure.svg").read_text()
