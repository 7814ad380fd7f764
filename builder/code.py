"""The code of a demo as readers see it: its function with all that it needs of its lesson, to be run by itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Statement = ast.stmt


def shown_code(source: str, name: str) -> str:
    """The function `name` of the module `source`, without its decorator, after the imports and helpers that it uses."""
    defined = {}
    for statement in ast.parse(source).body:
        defined.update(dict.fromkeys(_defines(statement), statement))
    wanted: list[str] = []
    waiting = [name]
    while waiting:
        looked = waiting.pop()
        if looked in defined and looked not in wanted:
            wanted.append(looked)
            if not isinstance(defined[looked], ast.Import | ast.ImportFrom):
                waiting += _uses(defined[looked], decorated=looked != name)
    lines = source.split("\n")  # not splitlines: Python goes on after a form feed
    imports, parts = [], []
    for statement in sorted({defined[each] for each in wanted}, key=lambda found: found.lineno):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            imports.append(_import(statement, wanted))
        else:
            begin = statement.lineno
            if decorators := getattr(statement, "decorator_list", None) if statement is not defined[name] else None:
                begin = decorators[0].lineno
            parts.append("\n".join(lines[begin - 1 : statement.end_lineno]))
    return "\n\n\n".join(["\n".join(imports)] * bool(imports) + parts)


def _defines(statement: Statement) -> Iterator[str]:
    match statement:
        case ast.FunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names)
        case ast.Assign() | ast.AnnAssign():
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))


def _uses(statement: Statement, *, decorated: bool) -> list[str]:
    """The names that a statement reads from its module: those that it does not bind itself, by whatever means."""
    if not decorated and isinstance(statement, ast.FunctionDef):
        statement.decorator_list = []
    names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(statement) if isinstance(node, ast.arg)}
    return [node.id for node in names if node.id not in bound]


def _import(statement: ast.Import | ast.ImportFrom, wanted: list[str]) -> str:
    names = [alias for alias in statement.names if (alias.asname or alias.name.partition(".")[0]) in wanted]
    if isinstance(statement, ast.Import):
        return ast.unparse(ast.Import(names))
    return ast.unparse(ast.ImportFrom(statement.module, names, statement.level))
