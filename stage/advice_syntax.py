"""Advice on code that Python cannot read: brackets, colons, indentation, and habits from other languages."""

from __future__ import annotations

import keyword
import re

from stage.spot import Rule, Spot, near

SLIPS = (
    (r"^\s*(else|elif)\s+if\b", "In Python `else if` is one word: `elif`."),
    (r"\w\s*(\+\+|--)\s*;?\s*$", "Python has no `++` and no `--`. To count on, write `i += 1`."),
    (r"=\s+=(?!=)", "To compare two values write `==`, without a space in it; to set a name, one `=`."),
    (r"=[<>]|<>|>\s+=|<\s+=", "Python compares with `<=`, `>=` and `!=`: the `=` comes last, with no space before it."),
    (r"&&|\|\|", "Python writes these in words: `and` for `&&`, `or` for `||`."),
    (r"^\s*[!%]\w", "This is a command of notebooks, not Python. Leave it out: a package comes when it is imported."),
    (r"!(?!=)", "Python says it in a word: `not`. Unequal is `!=`."),
    (r"^\s*//|^\s*/\*", "A remark begins with `#` in Python."),
    (r"^\s*(var|let|const|int|float|double)\s+\w+\s*=", "A name needs no word before it: `x = 1` is enough."),
    (r"^\s*(function|func|fn|define)\s+\w+", "In Python a function begins with `def`, and its first line ends in `:`."),
    (r"^\s*import\s+\w+\s+from\b", "Python says it the other way round: `from math import sqrt`."),
    (r"[{}]\s*$", "Python has no braces around a block: `:` ends its first line, and its lines are indented."),
)
"""A pattern of a line that Python cannot read for no better reason, and what to say of it."""


def _colon(error: SyntaxError, found: re.Match[str], spot: Spot) -> str:
    word = re.match(r"\s*(\w*)", spot.text)
    if re.match(r"\s*else\s+if\b", spot.text):
        return SLIPS[0][1]
    if word and word[1] in ("else", "try", "finally"):
        return f"After `{word[1]}` comes `:`, and then, on the next line, the indented lines that belong to it."
    return "A colon is missing: the first line of a block (`if`, `for`, `while`, `def` …) ends in `:`."


def _character(error: SyntaxError, found: re.Match[str], spot: Spot) -> str:
    sign = found["sign"]
    if not sign:
        return (
            f"A character that cannot be seen (U+{found['code']}) stands here. "
            "It may have come with copied text: delete it, or type this line anew."
        )
    if sign in "‘’‚“”„«»‹›´":
        plain = "'" if sign in "‘’‚‹›´" else '"'
        return (
            f"This is a quotation mark from a printed text. Write the straight one of the keyboard instead: `{plain}`."
        )
    if sign in "−–—":
        return "This is a dash from a printed text. Write the minus of the keyboard instead: `-`."
    if sign in "×·÷":
        return "Multiplying is `*` in Python, and dividing is `/`."
    if sign in "²³":
        return "A power is written `**` in Python: `x ** 2`."
    return f"The character `{sign}` is no part of Python. If it belongs to a text, put the text in quotation marks."


def _indentation(error: SyntaxError, found: re.Match[str], spot: Spot) -> str:
    head = found["head"].replace("'", "`")
    return (
        f"The lines that belong to the {head} must stand further to the right than it does. "
        "Indent this line by four spaces; if there is nothing to do yet, write `pass`."
    )


def _word(error: SyntaxError, found: re.Match[str], spot: Spot) -> str:
    """Words of Python's own as names, and misspelt ones; then slips that the line shows."""
    for pattern, says in SLIPS:
        if re.search(pattern, re.sub(r"#.*|\"[^\"]*\"|'[^']*'", "", spot.text)):
            return says
    named = re.search(r"^\s*(\w+)\s*=(?!=)", spot.text)
    taken = named[1] if named else spot.marked if re.match(r"\s*(def|for|import)\b", spot.text) else ""
    if keyword.iskeyword(taken) and taken not in ("def", "for", "import", "in"):
        return f"`{taken}` is a word of Python's own, so it cannot be a name. Take another one, such as `{taken}_`."
    first = re.match(r"\s*(else|elif|except|finally)\b", spot.text)
    if first:
        return f"This `{first[1]}` has nothing to belong to: it stands below its `if` or `try`, as far to the left."
    first = re.match(r"\s*([A-Za-z]+)\s+[\w(\"']", spot.text) or re.match(r"\s*([A-Za-z]+)\s*:", spot.text)
    if first and not keyword.iskeyword(first[1]) and (meant := near(first[1], keyword.kwlist)):
        return f"Python does not know the word `{first[1]}` here. Is it `{meant}`?"
    return ""


RULES: tuple[Rule, ...] = (
    (TabError, "", "Some lines are indented with tabs, others with spaces. Use four spaces for each level throughout."),
    (IndentationError, r"expected an indented block after (?P<head>.+)", _indentation),
    (
        IndentationError,
        "unexpected indent",
        "This line stands further to the right than the one before it, and no `:` asks for that. "
        "Let it begin where the lines of its block begin.",
    ),
    (
        IndentationError,
        "unindent does not match",
        "This line begins between two levels. Let it begin exactly below a line of the block that it belongs to.",
    ),
    (
        SyntaxError,
        r"Maybe you meant '==' or ':='",
        "One `=` sets a name. To compare two values, as after `if` and `while`, write `==`.",
    ),
    (SyntaxError, r"expected ':'", _colon),
    (
        SyntaxError,
        r"'(?P<bracket>.)' was never closed",
        "The bracket `{bracket}` is opened here, and nothing closes it. "
        "Put its partner where the expression ends: each `(`, `[` and `{{` needs its `)`, `]` or `}}`.",
    ),
    (
        SyntaxError,
        r"closing parenthesis '(?P<one>.)' does not match opening parenthesis '(?P<other>.)'",
        "`{other}` was opened, and `{one}` closes it. Brackets close in pairs, the last one opened first.",
    ),
    (
        SyntaxError,
        r"unmatched '(?P<bracket>.)'",
        "There is one `{bracket}` too many here, or its opening partner is missing before it.",
    ),
    (
        SyntaxError,
        r"unterminated triple-quoted",
        "The text that begins here with three quotation marks never ends. Put three of them at its end too.",
    ),
    (
        SyntaxError,
        r"unterminated (f-)?string|EOL while scanning",
        "The text that begins here has no quotation mark at its end. Close it with the same mark on the same line.",
    ),
    (
        SyntaxError,
        r"(?s)forgot a comma",
        "Something is missing between two values: most often a comma, or an operator such as `*`.",
    ),
    (
        SyntaxError,
        r"Missing parentheses in call to '(?P<name>\w+)'",
        "`{name}` is a function, so what it takes stands in parentheses: `{name}(…)`.",
    ),
    (SyntaxError, r"invalid character '(?P<sign>.)' \(U\+(?P<code>\w+)\)", _character),
    (SyntaxError, r"invalid non-printable character (?P<sign>)U\+(?P<code>\w+)", _character),
    (
        SyntaxError,
        r"invalid (decimal|imaginary|hexadecimal|octal|binary) literal",
        "A number and a name stand together here. Multiplying needs its sign, `2 * x`, "
        "and a name begins with a letter.",
    ),
    (
        SyntaxError,
        r"leading zeros in decimal",
        "A whole number cannot begin with `0`. Leave the zero out, or write `0.5` if it is a fraction.",
    ),
    (
        SyntaxError,
        r"cannot assign to (?P<what>function call|expression|literal|comparison|True|False|None|f-string|operator)",
        "On the left of `=` stands what gets the value: a name, or an entry such as `x[0]`. "
        "To compare two values write `==`.",
    ),
    (
        SyntaxError,
        r"expression cannot contain assignment",
        "One `=` in a call names an argument. To compare two values write `==`.",
    ),
    (
        SyntaxError,
        r"expected 'else' after 'if' expression",
        "An `if` inside a line needs both ends: `a if x > 0 else b`.",
    ),
    (
        SyntaxError,
        r"expected 'except' or 'finally'",
        "A `try` needs an `except` below it, as far to the left as itself.",
    ),
    (
        SyntaxError,
        r"'(return|yield|await)' outside (async )?function",
        "`return` ends a function, and this line is in none. Indent it, if it belongs to the `def` above it; "
        "to show a value, write it alone on the last line, or `print` it.",
    ),
    (
        SyntaxError,
        r"'break' outside loop|'continue' not properly in loop",
        "This word belongs into a loop, and the line is in none. Indent it, "
        "if it belongs to the `for` or `while` above it.",
    ),
    (
        SyntaxError,
        r"^f-string",
        'In an f-string each `{{` needs its `}}`, and between them stands an expression: `f"{{x:.2f}}"`.',
    ),
    (
        SyntaxError,
        r"positional argument follows keyword argument",
        "In a call the arguments with a name (`x=1`) come last. Move this one before them, or give it its name.",
    ),
    (
        SyntaxError,
        r"keyword argument repeated: (?P<name>\w+)",
        "The argument `{name}` is given twice in this call. Take one of them out.",
    ),
    (
        SyntaxError,
        r"non-default argument follows default|without a default follows parameter with",
        "Parameters with a value (`x=1`) come after those without one. Change their order.",
    ),
    (
        SyntaxError,
        r"duplicate (argument|parameter) '(?P<name>\w+)'",
        "Two parameters of this function are called `{name}`. Each needs a name of its own.",
    ),
    (
        SyntaxError,
        r"name '(?P<name>\w+)' is (assigned to before|used prior to|parameter and) global",
        "`global {name}` comes first: make it the first line of the function, and give no parameter that name.",
    ),
    (
        SyntaxError,
        r"unexpected character after line continuation",
        "A backslash `\\` goes on with the line on the next one, so nothing may follow it. Dividing is `/`.",
    ),
    (
        SyntaxError,
        r"source code (string )?cannot contain null bytes",
        "The code holds a null byte, a character that cannot be seen. It came with copied text: type the line anew.",
    ),
    (SyntaxError, r"^invalid syntax|cannot assign to|Did you mean|expected", _word),
)
