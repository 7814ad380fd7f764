"""The terms of the glossary: read from its definition list, and marked where a page first uses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token
from mdit_py_plugins.anchors.index import slugify

GLOSSARY = "glossary"
"""The slug of the reference page that defines the terms."""
ENTRY = "`the term, another name | other forms`, then `: its meaning`, then `: [where it is taught](../lesson/)`"


@dataclass(frozen=True)
class Term:
    """A term: its anchor in the glossary, the forms that it is known by, and its meaning, as inline tokens.

    A form in `bold` is an everyday word too, and is the term only where a page has it in bold.
    """

    slug: str
    forms: tuple[str, ...]
    bold: tuple[str, ...]
    meaning: tuple[Token, ...]


@dataclass(frozen=True)
class Place:
    """A term in the prose: which of the page's tokens, which of its children, from where to where, and if in bold."""

    token: int
    child: int
    begin: int
    end: int
    bold: bool


def read_terms(tokens: Sequence[Token], problem: Callable[[int, str, str], None]) -> list[Term]:
    """The terms of the glossary, whose entries become anchors without their other forms.

    `problem` is told the line, got and expected of each entry that its author cannot have meant so.
    """
    terms: list[Term] = []
    known: dict[str, int] = {}
    anchors = {token.attrGet("id") for token in tokens if token.type == "heading_open"}
    starts = [at for at, token in enumerate(tokens) if token.type == "dt_open"]
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=False):  # there may be none
        head, said = tokens[start], tokens[start + 1]
        line = head.map[0] + 1 if head.map else 1
        names, others = (_words(part) for part in (said.content + "|").split("|")[:2])
        if not names or said.content.count("|") > 1:
            problem(line, f"the entry {said.content!r}", ENTRY)
            continue
        name, forms = _plain(names[0]), (*names, *others)
        meaning, *places = _definitions(tokens[start:end])
        if not any(child.type == "link_open" for place in places for child in place):
            problem(line, f"the term {name!r} without a link below its meaning", ENTRY)
        for form in {_plain(form).lower() for form in forms}:
            if known.setdefault(form, line) != line:
                problem(line, f"{form!r} a second time", f"each form of a term once; it is in line {known[form]}")
        slug = slugify(name)
        if slug in anchors:
            problem(line, f"the term {name!r}, which has the anchor of a heading", "a heading in other words")
        head.attrSet("id", slug)
        said.children = [Token("text", "", 0, content=", ".join(map(_plain, names)))]
        plain = tuple(form for form in forms if form == _plain(form))
        bold = tuple(_plain(form) for form in forms if form != _plain(form))
        terms.append(Term(slug, plain, bold, tuple(meaning)))
    return terms


def mark(tokens: Sequence[Token], terms: Sequence[Term], glossary: str) -> tuple[list[Token], list[Term]]:
    """The tokens with the first place of each term as a link to `glossary`, and the terms that were found.

    A term's place is in a paragraph or a list item. One that is all that stands in bold, be it in a table, goes before
    the others: there the page introduces it. The tokens that are given stay as they are.
    """
    marked = [
        replace(token, children=_joined(token.children or ())) if _is_prose(tokens, at) else token
        for at, token in enumerate(tokens)
    ]
    found: dict[str, Place] = {}
    for slug, place in _places(marked, terms):
        if slug not in found or (place.bold and not found[slug].bold):
            found[slug] = place
    # From the last to the first, so that the places before stay where they are.
    for slug, place in sorted(found.items(), key=lambda item: (item[1].token, item[1].child, item[1].begin))[::-1]:
        children = marked[place.token].children or []
        text = children[place.child]
        link = {"class": "term", "href": f"{glossary}#{slug}", "aria-describedby": f"meaning-{slug}"}
        children[place.child : place.child + 1] = [
            replace(text, content=text.content[: place.begin]),
            Token("link_open", "a", 1, attrs=dict(link)),
            replace(text, content=text.content[place.begin : place.end]),
            Token("link_close", "a", -1),
            replace(text, content=text.content[place.end :]),
        ]
    return marked, [term for term in terms if term.slug in found]


def _words(part: str) -> list[str]:
    return [word.strip() for word in part.split(",") if word.strip()]


def _plain(form: str) -> str:
    return form.removeprefix("**").removesuffix("**")


def _definitions(entry: Sequence[Token]) -> list[list[Token]]:
    """The inline tokens of each definition of an entry; those of the first, its meaning, without the links in them."""
    definitions: list[list[Token]] = []
    for token in entry:
        if token.type == "dd_open":
            definitions.append([])
        elif token.type == "inline" and definitions:
            definitions[-1] += token.children or ()
    definitions[0] = [token for token in definitions[0] if not token.type.startswith("link_")]
    return definitions


def _is_prose(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token holds the text of a paragraph, a list item or a cell of a table."""
    return tokens[at].type == "inline" and tokens[at - 1].type in ("paragraph_open", "td_open")


def _joined(children: Sequence[Token]) -> list[Token]:
    """The children with texts on lines that follow each other in one, as a term may go over the end of a line."""
    joined: list[Token] = []
    for child in children:
        text = {"text": child.content, "softbreak": "\n"}.get(child.type)
        if text is not None and joined and joined[-1].type == "text":
            joined[-1] = replace(joined[-1], content=joined[-1].content + text)
        else:
            joined.append(child)
    return joined


def _places(tokens: Sequence[Token], terms: Sequence[Term]) -> Iterator[tuple[str, Place]]:
    """Every place of every term in the prose, in reading order."""
    anywhere = {form: term.slug for term in terms for form in term.forms}
    in_bold = _capitalised(anywhere | {form: term.slug for term in terms for form in term.bold})
    pattern = _pattern(_capitalised(anywhere))
    for at, token in enumerate(tokens):
        children = token.children or []
        linked = strong = 0
        for index, child in enumerate(children if _is_prose(tokens, at) else ()):
            linked += child.nesting * (child.type.startswith("link_"))
            strong += child.nesting * (child.type.startswith("strong_"))
            if child.type != "text" or linked:
                continue
            text = child.content
            if strong:
                around = (children[index - 1].type, children[index + 1].type)
                alone = re.fullmatch(r"(?:(?:an?|the)\s+)?(.+?)[ .,:;?]*", text, re.IGNORECASE | re.DOTALL)
                if alone and around == ("strong_open", "strong_close") and (slug := in_bold.get(_spaced(alone[1]))):
                    yield slug, Place(at, index, *alone.span(1), bold=True)
                continue
            if tokens[at - 1].type == "td_open":
                continue
            # What an HTML comment follows is meant in its everyday sense.
            spared = len(text) if [other.type for other in children[index + 1 : index + 2]] == ["html_inline"] else -1
            for match in pattern.finditer(text):
                said = _spaced(match[0])
                # A capital letter in the middle of a sentence makes it a name: of a class in the code, say.
                begins = re.search(r"(?:^|[.?:;)])\s*$", text[: match.start()])
                if match.end() != spared and (said in anywhere or begins):
                    yield in_bold[said], Place(at, index, *match.span(), bold=False)


def _capitalised(forms: Mapping[str, str]) -> dict[str, str]:
    """The forms also as they begin a sentence."""
    return {form[:1].upper() + form[1:]: slug for form, slug in forms.items()} | dict(forms)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _pattern(forms: Mapping[str, str]) -> re.Pattern[str]:
    # The longest first, so that gradient descent is not a gradient; and no part of a word or of a compound.
    longest = sorted(forms, key=len, reverse=True)
    said = "|".join(r"\s+".join(map(re.escape, form.split())) for form in longest)
    return re.compile(rf"(?<![\w-])(?:{said})(?![\w-])" if said else r"(?!)")
