"""Collects the messages that the program can show, from its own source text."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tests.messages.source import (
    Assignment,
    Code,
    Site,
    argument,
    fields_of,
    is_property,
    name_of,
    read_code,
)
from tests.messages.tracing import Scope, Traced, Tracer, has_words

FIELDS: Final = (
    *("message", "cause", "reason", "sentence", "headline", "words"),
    *("unavailable", "notice", "failed"),
)
"""A class that has such a field carries a message to somebody."""

PROPERTIES: Final = ("message", "notices")
"""So does one that has such a property."""

OTHER_CARRIERS: Final = {
    "ArgumentTypeError": "message",
    "WrongArgument": "message",
    "note": "sentence",
    "replace": "message",
    "_replace": "message",
    "summarize_error": "headline",
}
"""What shows its argument too."""

PLACES: Final = {
    "core/judging.py": ("judge", "_message", "_doubts"),
    "core/layout.py": ("_finding", "_list_headers"),
    "core/line_items.py": ("_explain",),
    "core/ownership.py": ("kept_note", "kept_words"),
    "core/secret_age.py": ("ending_soon",),
    "excel/data_summaries.py": ("*",),
    "excel/periods.py": ("*",),
    "excel/summary.py": ("_details_of", "_headline", "_failed_headline"),
    "excel/undo_summary.py": ("_details",),
    "installing/plan.py": ("_put_script",),
    "installing/setup.py": ("_read", "_about_formulas"),
    "installing/unplan.py": ("_take_away", "_undo_conf"),
}
"""Functions, or all of a module, whose sentences go to somebody without such a class."""

ALL_IS_WELL: Final = {"ok"}
"""Functions whose messages say that nothing is in the way."""

PARTS: Final = {"Unreadable", "FilledColumns", "ProgressView", "Step"}
"""Classes whose words are only shown within those of another, or name columns, progress, steps."""

FRAMES: Final = {"Flaw": "The … {}."}
"""What stands around the words of a class wherever they are shown."""

SILENT: Final = ("excel/tk/", "sandbox/")
"""Packages whose classes show what others made, or answer to programs; errors count there too."""

_SENTENCES: Final = re.compile(r"(?:[A-Z]\w+|…)(?:\W+\w+){3,}.*\.")
_RUN_OF_BLANKS: Final = re.compile(r"…(?: ?…)+")
_MACRO_MESSAGE: Final = re.compile(r'MsgBox "((?:[^"]|"")*)"')


@dataclass(frozen=True, slots=True)
class Message:
    """A message that the program can show.

    Args:
        template: its text, with `…` where something is filled in.
        code: of the error; empty if it is none, or has several.
        place: where it is made.
        advice: what the program says to do, as far as it is one text.
    """

    template: str
    code: str
    place: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    """What was found: messages, and where a message has words that could not be followed."""

    messages: tuple[Message, ...]
    lost: tuple[str, ...]

    @property
    def by_template(self) -> dict[str, list[Message]]:
        found: dict[str, list[Message]] = {}
        for one in self.messages:
            found.setdefault(one.template, []).append(one)
        return found


def collect(
    sources: Mapping[str, str],
    macros: Mapping[str, str] | None = None,
    places: Mapping[str, tuple[str, ...]] = PLACES,
) -> Collected:
    """Collect the messages that a program can show.

    Args:
        sources: its modules, by the names of their files.
        macros: the modules of its macros, likewise.
        places: functions whose sentences count, by module.
    """
    code = read_code(sources)
    collector = _Collector(code)
    for site in code.sites:
        collector.look_at(site)
    for assignment in code.assignments:
        collector.look_at_assignment(assignment)
    for module, name in [*code.named]:
        if name in PROPERTIES and all(map(is_property, code.named[module, name])):
            collector.look_into(module, name)
    for module, names in places.items():
        all_names = [name for there, name in code.named if there == module]
        for name in all_names if names == ("*",) else names:
            collector.look_into(module, name)
    for name, text in (macros or {}).items():
        for words in _MACRO_MESSAGE.findall(text):
            collector.add(Traced(words.replace('""', '"')), name)
    return Collected(tuple(dict.fromkeys(collector.messages)), tuple(collector.lost))


def macros_in(folder: Path) -> dict[str, str]:
    """Read the modules of macros in a folder, by their names."""
    return {one.name: one.read_text(encoding="utf-8") for one in sorted(folder.rglob("*.bas"))}


class _Collector:
    def __init__(self, code: Code) -> None:
        self._code = code
        self._tracer = Tracer(code)
        self._errors = code.derived("XlsxAddinError")
        self.messages: list[Message] = []
        self.lost: list[str] = []

    def add(self, one: Traced, place: str, code: str = "", advice: str = "") -> None:
        template = _RUN_OF_BLANKS.sub("…", " ".join(one.template.split()))
        self.messages.append(Message(template, code, place, advice))

    def look_at(self, site: Site) -> None:
        """Take in the message of a call that shows one."""
        scope = Scope(site.module, site.function)
        if name_of(site.call) == "print":
            # Of what is printed, the tables and counts of a report are no messages.
            for one in (
                one for given in site.call.args for one in self._tracer.trace(given, scope)
            ):
                if _SENTENCES.fullmatch(one.template.strip()):
                    self.add(one, site.place)
            return
        for given in self._shown(site):
            found = self._tracer.trace(given, scope)
            told = [one for one in found if has_words(one.template)]
            frame = FRAMES.get(name_of(site.call), "{}")
            for one in told:
                framed = replace(one, template=frame.format(one.template))
                self.add(framed, site.place, self._code_of(site), self._advice_of(site, scope))
            is_nothing = isinstance(given, ast.Constant) and not isinstance(given.value, str)
            if not (told or is_nothing or any(one.passed_on for one in found)):
                self.lost.append(f"{site.place} {ast.unparse(given)}")

    def look_at_assignment(self, one: Assignment) -> None:
        """Take in a message that an object gets after it was made."""
        is_own = ast.unparse(one.target.value) == "self"
        if one.target.attr not in FIELDS or is_own or one.module.startswith(SILENT):
            return
        for found in self._tracer.trace(one.value, Scope(one.module, one.function)):
            if has_words(found.template):
                self.add(found, f"{one.module}:{one.value.lineno}")

    def look_into(self, module: str, name: str) -> None:
        """Take in the sentences of a function."""
        functions = self._code.named[module, name]
        if not functions:
            self.lost.append(f"{module}: there is no function {name}")
        for function in functions:
            for one in self._tracer.sentences(function, Scope(module, function)):
                self.add(one, f"{module}:{function.lineno}")

    def _shown(self, site: Site) -> Iterator[ast.expr]:
        """Give what a call shows; nothing if what is called shows nothing."""
        name = name_of(site.call)
        if site.function is not None and site.function.name in ALL_IS_WELL:
            return
        if name == "__init__" and site.owner is not None and site.owner.name in self._errors:
            told = site.call.args[0] if site.call.args else None
            # A class that hands on its message has it from those who make an object of it.
            if told is not None and ast.unparse(told) != "message":
                yield told
        elif name in self._errors:
            if not self._words_its_own_message(name):
                yield from _one(argument(site.call, "message", ["message"]))
        elif name in OTHER_CARRIERS and not _is_method(site.call, "note"):
            word = OTHER_CARRIERS[name]
            names = {"summarize_error": ["error", word], "replace": [], "_replace": []}
            yield from _one(argument(site.call, word, names.get(name, [word])))
        elif ast.unparse(site.call.func) == "type(error)":
            yield from site.call.args[:1]
        elif name not in PARTS and not site.module.startswith(SILENT):
            yield from self._shown_by_fields(site, name)

    def _words_its_own_message(self, name: str) -> bool:
        classes = self._code.classes[name].values()
        return any(_has_init(one) and "message" not in fields_of(one) for one in classes)

    def _shown_by_fields(self, site: Site, name: str) -> Iterator[ast.expr]:
        if name not in self._code.classes:
            # A function that hands it on to such a class.
            yield from (word.value for word in site.call.keywords if word.arg in FIELDS)
        for one in self._code.classes_called(name, site.module):
            names = fields_of(one)
            for word in FIELDS:
                if word in names:
                    yield from _one(argument(site.call, word, names))
                    break

    def _code_of(self, site: Site) -> str:
        name = name_of(site.call)
        if name == "__init__" and site.owner is not None:
            name = site.owner.name
        if name not in self._errors:
            return ""
        given = argument(site.call, "code", [])
        if given is None:
            return self._default_code(name)
        found = self._tracer.trace(given, Scope(site.module, site.function))
        return found[0].template if len(found) == 1 and found[0].template != "…" else ""

    def _default_code(self, name: str) -> str:
        for one in self._code.classes[name].values():
            for node in one.body:
                target = node.target if isinstance(node, ast.AnnAssign) else None
                targets = node.targets if isinstance(node, ast.Assign) else [target]
                if any(isinstance(t, ast.Name) and t.id == "default_code" for t in targets):
                    value = node.value  # type: ignore[union-attr]  # an assignment
                    return value.value if isinstance(value, ast.Constant) else ""
            for base in one.bases:
                if isinstance(base, ast.Name) and base.id in self._errors:
                    return self._default_code(base.id)
        return ""

    def _advice_of(self, site: Site, scope: Scope) -> str:
        given = argument(site.call, "next_step", [])
        found = self._tracer.trace(given, scope) if given is not None else []
        return found[0].template if len(found) == 1 and has_words(found[0].template) else ""


def _one(given: ast.expr | None) -> Iterator[ast.expr]:
    if given is not None:
        yield given


def _is_method(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == name


def _has_init(one: ast.ClassDef) -> bool:
    return any(isinstance(node, ast.FunctionDef) and node.name == "__init__" for node in one.body)
