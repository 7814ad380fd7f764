"""The course as course.toml says it: its parts, the order of its lessons, and the pages at hand beside them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from builder.problems import BuildError, shown


@dataclass(frozen=True)
class Course:
    """What course.toml says: `folder` holds the lessons, `home` is the slug of the home page.

    `pages` are those of reference pages: written and built as lessons are, but not numbered among them.
    """

    folder: Path
    title: str
    tagline: str
    home: str
    parts: tuple[Part, ...]
    packages: tuple[str, ...]
    pages: tuple[str, ...] = ()

    @property
    def slugs(self) -> list[str]:
        """The lessons in reading order, without the home page."""
        return [slug for part in self.parts for slug in part.lessons]

    @property
    def written(self) -> list[str]:
        """All that has a pair of files: the home page, the lessons, the reference pages."""
        return [self.home, *self.slugs, *self.pages]


@dataclass(frozen=True)
class Part:
    """A part of the course: a title and the slugs of its lessons, in order."""

    title: str
    lessons: tuple[str, ...]


def read_course(folder: Path) -> Course:
    """The course in `folder`. Raises BuildError when course.toml is missing or does not say what it must."""
    file = folder / "course.toml"
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        parts = tuple(Part(part["title"], tuple(part["lessons"])) for part in said["parts"])
        packages, pages = tuple(said["packages"]), tuple(said.get("pages", ()))
        return Course(folder, said["title"], said["tagline"], said["home"], parts, packages, pages)
    except FileNotFoundError:
        raise BuildError(f"{shown(file)} is missing; it says which lessons there are, in order.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BuildError(f"{shown(file)} is not TOML: {error}.") from None
    except (KeyError, TypeError) as error:
        raise BuildError(
            f"{shown(file)}: got no usable {error}; expected title, tagline, home, packages, parts."
        ) from None
