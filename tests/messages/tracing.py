"""Follows a message from where it is made back to its words.

A template is the text with `…` where something is filled in. It is followed further back only
while it has no words of its own.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from tests.messages.source import (
    Code,
    Function,
    Site,
    argument,
    default_of,
    name_of,
    parameters,
)

BLANK: Final = "…"
_WORD: Final = re.compile(r"[A-Za-z]{2,}")
_ONE_WORD: Final = re.compile(r"(?:^|…)[A-Z][a-z]{3,}(?:\.|:? …)")
_THIN: Final = re.compile(r"…:? …\W*$")
_FILLED_SENTENCE: Final = re.compile(r"… [A-Z][a-z]+ [a-z]")
_SENTENCE: Final = re.compile(r"[A-Z…*-].*[.:…]", re.DOTALL)
_DEEPEST: Final = 12
_MOST: Final = 40
"""Ways to fill in a template beyond which it is left as it is."""
_NO_WORDS: Final = {"next_step", "code", "help", "extra"}
"""Arguments that are no part of a message."""


def has_words(template: str) -> bool:
    """Tell whether a template could be recognised by a reader."""
    return len(_WORD.findall(template)) >= 2 or _ONE_WORD.search(template) is not None


def _is_thin(template: str) -> bool:
    """Tell whether a whole sentence or predicate is filled in, so that more should be known."""
    return bool(_FILLED_SENTENCE.match(template) or _THIN.search(template))


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands."""

    module: str
    function: Function | None


@dataclass(frozen=True, slots=True)
class Traced:
    """A message as far as it could be followed; its template has no words if it could not."""

    template: str
    passed_on: bool = False


class Tracer:
    """Follows messages through the names, parameters and functions of a package."""

    def __init__(self, code: Code) -> None:
        self._code = code

    def trace(self, node: ast.expr, scope: Scope, depth: int = 0) -> list[Traced]:
        """List the templates that an expression may give.

        Args:
            node: the expression.
            scope: where it stands.
            depth: how far it was followed already.
        """
        if depth > _DEEPEST:
            return [Traced(BLANK)]
        step = getattr(self, f"_{type(node).__name__.lower()}", None)
        found = step(node, scope, depth + 1) if step else [Traced(BLANK)]
        return list(dict.fromkeys(found))

    def sentences(self, function: Function, scope: Scope, depth: int = 0) -> list[Traced]:
        """List the sentences in the body of a function, whatever becomes of them there."""
        inner = Scope(scope.module, function)
        texts = [one for node in _texts(function) for one in self.trace(node, inner, depth)]
        told = [one for one in texts if has_words(one.template)]
        return list(dict.fromkeys(one for one in told if _SENTENCE.fullmatch(one.template)))

    # --- one method for each kind of expression

    def _constant(self, node: ast.Constant, _scope: Scope, _depth: int) -> list[Traced]:
        return [Traced(node.value if isinstance(node.value, str) else BLANK)]

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope, depth: int) -> list[Traced]:
        parts = [
            str(part.value) if isinstance(part, ast.Constant) else BLANK for part in node.values
        ]
        template = "".join(parts)
        if has_words(template) and not _is_thin(template):
            return [Traced(template)]
        options = [
            self._filled_in(part.value, scope, depth)
            if isinstance(part, ast.FormattedValue)
            else [Traced(str(part.value))]
            for part in node.values
            if isinstance(part, (ast.FormattedValue, ast.Constant))
        ]
        told = [one.template.strip() for found in options for one in found]
        only_blanks = not template.replace(BLANK, "").strip()
        if only_blanks and all(one in ("", BLANK) or _SENTENCE.fullmatch(one) for one in told):
            # Sentences side by side are known one by one.
            return [one for found in options for one in found]
        deeper = [
            Traced("".join(one.template for one in chosen), any(one.passed_on for one in chosen))
            for chosen in product(*options)
        ]
        return deeper if len(deeper) <= _MOST else [Traced(template)]

    def _filled_in(self, node: ast.expr, scope: Scope, depth: int) -> list[Traced]:
        """Follow what is filled in; a name or a number is a blank, several words are not."""
        found = self.trace(node, scope, depth)
        told = [
            one if " " in one.template.strip() else replace(one, template=BLANK) for one in found
        ]
        return list(dict.fromkeys(told))

    def _binop(self, node: ast.BinOp, scope: Scope, depth: int) -> list[Traced]:
        if not isinstance(node.op, ast.Add):
            return [Traced(BLANK)]  # a path, or a number
        left, right = (self.trace(one, scope, depth) for one in (node.left, node.right))
        return [
            Traced(one.template + two.template, one.passed_on or two.passed_on)
            for one, two in product(left, right)
        ]

    def _ifexp(self, node: ast.IfExp, scope: Scope, depth: int) -> list[Traced]:
        return self.trace(node.body, scope, depth) + self.trace(node.orelse, scope, depth)

    def _boolop(self, node: ast.BoolOp, scope: Scope, depth: int) -> list[Traced]:
        return [one for value in node.values for one in self.trace(value, scope, depth)]

    def _list(self, node: ast.List | ast.Tuple, scope: Scope, depth: int) -> list[Traced]:
        return [one for value in node.elts for one in self.trace(value, scope, depth)]

    _tuple = _list

    def _starred(self, node: ast.Starred, scope: Scope, depth: int) -> list[Traced]:
        return self.trace(node.value, scope, depth)

    def _dict(self, node: ast.Dict, scope: Scope, depth: int) -> list[Traced]:
        return [one for value in node.values for one in self.trace(value, scope, depth)]

    def _listcomp(self, node: ast.ListComp, scope: Scope, depth: int) -> list[Traced]:
        for one in node.generators:
            bound = {part.id for part in ast.walk(one.target) if isinstance(part, ast.Name)}
            if isinstance(node.elt, ast.Name) and node.elt.id in bound:
                return self.trace(one.iter, scope, depth)
        return self.trace(node.elt, scope, depth)

    _generatorexp = _listcomp

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> list[Traced]:
        if node.attr in PASSED_ON:
            # Another object's message is collected where that object is made.
            return [Traced(BLANK, passed_on=True)]
        there = self._owner_of(node, scope)
        if there != scope.module:
            return self._name(ast.Name(node.attr), Scope(there, None), depth)
        return [Traced(BLANK)]

    def _owner_of(self, node: ast.expr, scope: Scope) -> str:
        """Give the module that owns what is named, if it is named with its module."""
        owner = node.value if isinstance(node, ast.Attribute) else None
        if isinstance(owner, ast.Name):
            return self._code.module_called(owner.id, scope.module) or scope.module
        return scope.module

    def _name(self, node: ast.Name, scope: Scope, depth: int) -> list[Traced]:
        found = [*self._assigned(node.id, scope, depth), *self._iterated(node.id, scope, depth)]
        if found:
            return found
        if scope.function is not None and node.id in parameters(scope.function):
            given = [*self._given(node.id, scope, depth)]
            return given or [Traced(BLANK, passed_on=node.id == "error")]
        outer = self._code.outer.get(scope.function) if scope.function else None
        if outer is not None:
            return self._name(node, Scope(scope.module, outer), depth)
        constant = self._code.constant(node.id, scope.module)
        if constant is not None:
            return self.trace(constant, Scope(scope.module, None), depth)
        return [Traced(BLANK, passed_on=node.id == "error")]

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> list[Traced]:
        name = name_of(node)
        if name in COUNTS or name in PASSED_ON:
            return [Traced(BLANK, passed_on=name in PASSED_ON)]
        if name in OF_ARGUMENTS and node.args:
            return [one for given in node.args for one in self.trace(given, scope, depth)]
        if name in OF_OWNER and isinstance(node.func, ast.Attribute):
            return self.trace(node.func.value, scope, depth)
        there = self._owner_of(node.func, scope)
        function = self._code.function(name, there)
        if function is None:
            return [Traced(BLANK)]
        inner = Scope(there, function)
        found = [*self._returned(function, inner, depth)]
        return found or self.sentences(function, inner, depth) or [Traced(BLANK)]

    def _subscript(self, node: ast.Subscript, scope: Scope, depth: int) -> list[Traced]:
        if isinstance(node.slice, ast.Slice):
            return [Traced(BLANK)]
        table = self._code.constant(ast.unparse(node.value), scope.module)
        if table is not None:
            return self.trace(table, Scope(scope.module, None), depth)
        return [Traced(BLANK, passed_on=True)]  # one of several errors

    def _returned(self, function: Function, scope: Scope, depth: int) -> Iterator[Traced]:
        for node in _own_nodes(function):
            if isinstance(node, ast.Return) and node.value is not None:
                for one in self.trace(node.value, scope, depth):
                    if has_words(one.template) or one.passed_on:
                        yield one

    def _assigned(self, name: str, scope: Scope, depth: int) -> Iterator[Traced]:
        """Follow what a function assigns or appends to a name."""
        for node in _own_nodes(scope.function) if scope.function else ():
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    yield from self._into(name, target, node.value, scope, depth)
            if isinstance(node, ast.Call) and name_of(node) in ("append", "extend", "insert"):
                owner = node.func.value if isinstance(node.func, ast.Attribute) else None
                if isinstance(owner, ast.Name) and owner.id == name and node.args:
                    yield from self.trace(node.args[-1], scope, depth)

    def _iterated(self, name: str, scope: Scope, depth: int) -> Iterator[Traced]:
        """Follow what a loop gives to a name."""
        for node in _own_nodes(scope.function) if scope.function else ():
            if isinstance(node, ast.For) and ast.unparse(node.target) == name:
                yield from self.trace(node.iter, scope, depth)

    def _into(
        self, name: str, target: ast.expr, value: ast.expr, scope: Scope, depth: int
    ) -> Iterator[Traced]:
        if isinstance(target, ast.Name) and target.id == name:
            yield from self.trace(value, scope, depth)
        if isinstance(target, ast.Tuple):
            for place, part in enumerate(target.elts):
                if isinstance(part, ast.Name) and part.id == name:
                    yield from self._nth(value, place, scope, depth)

    def _nth(self, value: ast.expr, place: int, scope: Scope, depth: int) -> Iterator[Traced]:
        """Follow one part of a tuple, through what returns, holds or hands on the tuple."""
        if depth > _DEEPEST:
            return
        if isinstance(value, ast.Tuple):
            if place < len(value.elts):
                yield from self.trace(value.elts[place], scope, depth)
            return
        for node, inner in self._origins(value, scope):
            yield from self._nth(node, place, inner, depth + 1)

    def _origins(self, value: ast.expr, scope: Scope) -> Iterator[tuple[ast.expr, Scope]]:
        """Find the expressions that an expression stands for, one step further back."""
        module = Scope(scope.module, None)
        if isinstance(value, ast.IfExp):
            yield value.body, scope
            yield value.orelse, scope
        elif isinstance(value, ast.Dict):
            yield from ((one, scope) for one in value.values)
        elif isinstance(value, ast.Subscript):
            yield value.value, scope
        elif isinstance(value, ast.Call) and name_of(value) == "get":
            yield value.func.value, scope  # type: ignore[attr-defined]  # of a dictionary
            yield from ((one, scope) for one in value.args[1:])
        elif isinstance(value, ast.Call):
            function = self._code.function(name_of(value), scope.module)
            for node in _own_nodes(function) if function else ():
                if isinstance(node, ast.Return) and node.value is not None:
                    yield node.value, Scope(scope.module, function)
        elif isinstance(value, ast.Name):
            yield from self._origins_of_name(value.id, scope)
            constant = self._code.constant(value.id, scope.module)
            if constant is not None:
                yield constant, module

    def _origins_of_name(self, name: str, scope: Scope) -> Iterator[tuple[ast.expr, Scope]]:
        if scope.function is None:
            return
        for node in _own_nodes(scope.function):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                yield node.value, scope
        if name in parameters(scope.function):
            for site in self.callers(scope.function, scope.module):
                given = argument(site.call, name, parameters(scope.function))
                if given is not None:
                    yield given, Scope(site.module, site.function)

    def _given(self, name: str, scope: Scope, depth: int) -> Iterator[Traced]:
        """Follow what callers give for a parameter."""
        function = scope.function
        if function is None:
            return
        for site in self.callers(function, scope.module):
            given = argument(site.call, name, parameters(function))
            if given is not None:
                yield from self.trace(given, Scope(site.module, site.function), depth)
        default = default_of(function, name)
        if default is not None:
            yield from self.trace(default, Scope(scope.module, None), depth)

    def callers(self, function: Function, module: str) -> Iterator[Site]:
        """Find who calls a function, or makes an object of the class whose `__init__` it is."""
        owner = self._code.owners.get(function)
        called = owner.name if owner is not None and function.name == "__init__" else function.name
        yield from self._code.calls_of(called, module)


OF_ARGUMENTS: Final = {"str", "join", "next"}
"""Calls that give their argument, or one of them."""

OF_OWNER: Final = {"strip", "rstrip", "items", "values"}
"""Methods that give what is in their object."""

COUNTS: Final = {"counted"}
"""Calls that give a number with its word, which is filled in."""

PASSED_ON: Final = {
    "message",
    "sentence",
    "reason",
    "unavailable",
    "headline",
    "failed",
    "notice",
    "error",
    "words",
    "cause",
    "next_step",
    "unexpected",
    "notices",
}
"""Attributes and calls that give a message which is collected where it is made."""


def _own_nodes(function: Function) -> Iterator[ast.AST]:
    """Walk through a function without the functions and classes in it."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop(0)
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting[:0] = ast.iter_child_nodes(node)


def _texts(function: Function) -> Iterator[ast.expr]:
    """Find the whole texts in a function: no docstrings, no log, no advice beside a message."""
    skipped: set[ast.AST] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        if isinstance(node, ast.Call):
            skipped |= {word.value for word in node.keywords if word.arg in _NO_WORDS}
            if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "_log":
                skipped |= {*node.args}
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop(0)
        if node in skipped:
            continue
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if isinstance(node, ast.JoinedStr) or is_text:
            yield node  # type: ignore[misc]  # an expression
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            yield node
        else:
            waiting[:0] = ast.iter_child_nodes(node)
