"""The shape of the code: who imports whom, how long modules are, what the package exports.

Imports are read from the source, wherever in a module they stand: in functions and under
`if TYPE_CHECKING` too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import xlsx_addin

PACKAGE = "xlsx_addin"
ROOT = Path(xlsx_addin.__file__).parent
LONGEST_MODULE = 400

PURE_LIBRARY = frozenset(
    {
        *(
            "collections",
            "contextlib",
            "dataclasses",
            "datetime",
            "decimal",
            "enum",
            "functools",
            "gc",
        ),
        *("itertools", "math", "re", "types", "typing", "unicodedata"),
    }
)
"""What `core` may import of Python's library: nothing that reads, writes, waits or is random."""

MAY_IMPORT = {
    "core": {"core"},
    "amazon": {"amazon", "core", "errors", "secrets"},
    "store": {"store", "core", "errors"},
    "workbooks": {"workbooks", "core", "errors"},
    "sandbox": {"sandbox", "core", "errors"},
    "jobs": {"jobs", "core", "errors", "store.contract", "workbooks.contract"},
    "installing": {"installing", "errors", "version", "workbooks.saving", "workbooks.template"},
    "doctor": {"doctor", "core", "errors", "installing"},
    "errors": set(),
    "secrets": set(),
    "logs": set(),
    "private_files": {"errors"},
    "keychain": {"errors", "logs", "private_files", "secrets"},
    "settings_table": {"errors"},
    "settings_file": {"errors", "private_files", "settings_table"},
    "settings": {
        *("amazon.regions", "core.secret_age", "errors", "keychain", "secrets"),
        *("settings_file", "settings_table"),
    },
    "workbook_profiles": {"settings", "settings_file"},
    "signing_in": {
        *("signing_in", "amazon", "connecting", "core", "errors", "keychain", "logs", "secrets"),
        *("settings", "settings_file", "settings_table"),
    },
    "logging_start": {"logs", "settings"},
    "support": {
        *("core", "errors", "jobs.history", "logs", "settings_file", "settings_table"),
        *("store", "version"),
    },
    "version": set(),
}
"""What a package or module may import of the project: packages and modules, by prefix."""

MAY_IMPORT_APP = {"cli", "api", "excel"}
MAY_IMPORT_PARTS = {
    "connecting": {"diagnosing", "fetching", "signing_in.tools", "wiring"},
    "diagnosing": {"cli.doctor"},
    "fetching": {"app"},
    "reaching": {"app", "cli.doctor", "connecting", "wiring"},
    "wiring": {"app"},
}
"""Parts of the composition root, and who alone imports them."""

MAY_IMPORT_CLI = {"cli", "__main__"}


def module_name(path: Path) -> str:
    """Name a module below the package: `core.plan`; the package itself is the empty name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}


def imports_of(source: str, module: str, *, is_package: bool) -> Iterator[str]:
    """List the full names of the modules that a module imports."""
    package = [PACKAGE, *module.split(".")] if module else [PACKAGE]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = node.level - is_package
            base = package[: len(package) - up] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            yield from (_submodule(name, alias.name) or name for alias in node.names)


def _submodule(name: str, imported: str) -> str | None:
    """Tell a module that is imported out of its package from a name in it."""
    full = f"{name}.{imported}"
    return full if full.removeprefix(f"{PACKAGE}.") in MODULES else None


def imports(module: str) -> set[str]:
    path = MODULES[module]
    source = path.read_text(encoding="utf-8")
    return set(imports_of(source, module, is_package=path.name == "__init__.py"))


def of_project(names: set[str]) -> set[str]:
    """Keep the project's own modules, named below the package."""
    inside = {name for name in names if name == PACKAGE or name.startswith(f"{PACKAGE}.")}
    return {name.removeprefix(PACKAGE).removeprefix(".") for name in inside}


def layer(module: str) -> str:
    return module.partition(".")[0]


def is_within(module: str, allowed: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import json", {"json"}),
        ("import os.path as p, sys", {"os.path", "sys"}),
        ("from xlsx_addin.core.plan import Policy", {"xlsx_addin.core.plan"}),
        ("from xlsx_addin.store import contract", {"xlsx_addin.store.contract"}),
        ("from xlsx_addin import __version__", {"xlsx_addin"}),
        ("from xlsx_addin import cli", {"xlsx_addin.cli"}),
        ("if TYPE_CHECKING:\n    import requests", {"requests"}),
        ("def f():\n    from xlsx_addin import app", {"xlsx_addin.app"}),
        ("from .report import error_as_json", {"xlsx_addin.jobs.report"}),
        ("from . import report", {"xlsx_addin.jobs.report"}),
        ("from ..store.contract import Store", {"xlsx_addin.store.contract"}),
        ("from .. import app", {"xlsx_addin.app"}),
    ],
)
def test_imports_are_found_wherever_they_stand(source, found):
    assert set(imports_of(source, "jobs.refresh", is_package=False)) == found


def test_relative_imports_of_a_package_start_at_itself():
    assert set(imports_of("from .report import x", "jobs", is_package=True)) == {
        "xlsx_addin.jobs.report"
    }


@pytest.mark.parametrize("module", [one for one in MODULES if layer(one) in MAY_IMPORT])
def test_a_layer_imports_only_what_lies_below_it(module):
    allowed = MAY_IMPORT[layer(module)]
    wrong = {one for one in of_project(imports(module)) if not is_within(one, allowed)}
    assert not wrong


def test_every_package_has_a_rule():
    packages = {layer(name) for name in MODULES if name}
    outer = {"app", *MAY_IMPORT_PARTS, "api", "cli", "excel", "__main__"}
    assert packages == MAY_IMPORT.keys() | outer


@pytest.mark.parametrize("module", [one for one in MODULES if layer(one) == "core"])
def test_core_imports_no_library_that_could_do_io(module):
    libraries = {one.partition(".")[0] for one in imports(module)} - {PACKAGE}
    assert libraries <= PURE_LIBRARY


@pytest.mark.parametrize("module", MODULES)
def test_only_command_line_excel_and_python_api_import_the_composition_root(module):
    assert "app" not in of_project(imports(module)) or layer(module) in MAY_IMPORT_APP


@pytest.mark.parametrize("module", MODULES)
def test_nothing_but_the_command_line_imports_the_command_line(module):
    imported = {layer(one) for one in of_project(imports(module))}
    assert "cli" not in imported or layer(module) in MAY_IMPORT_CLI


@pytest.mark.parametrize("root", ["app", *MAY_IMPORT_PARTS])
def test_the_composition_root_does_not_know_who_calls_it(root):
    assert {layer(one) for one in of_project(imports(root))}.isdisjoint({"cli", "api", "excel", ""})


@pytest.mark.parametrize("part", MAY_IMPORT_PARTS)
def test_parts_of_the_composition_root_are_imported_where_they_are_needed(part):
    importers = {module for module in MODULES if part in of_project(imports(module))}
    assert importers == MAY_IMPORT_PARTS[part]


@pytest.mark.parametrize("module", MODULES)
def test_only_the_windows_of_excel_need_tk(module):
    libraries = {one.partition(".")[0] for one in imports(module)}
    assert "tkinter" not in libraries or module.startswith("excel.tk.")
    of_windows = {one for one in of_project(imports(module)) if one.startswith("excel.tk")}
    assert not of_windows or module == "excel.window" or module.startswith("excel.tk.")


@pytest.mark.parametrize("module", MODULES)
def test_nothing_but_the_add_in_imports_the_add_in(module):
    imported = {one for one in of_project(imports(module)) if layer(one) == "excel"}
    # The self-test is a part of the add-in, and a command is its only button.
    allowed = {"excel.selftest"} if module == "cli.selftest" else set()
    assert layer(module) == "excel" or all(is_within(one, allowed) for one in imported)


@pytest.mark.parametrize("module", MODULES)
def test_no_module_is_too_long(module):
    lines = MODULES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_MODULE


def test_the_exports_of_the_package_are_sorted_and_there():
    assert sorted(set(xlsx_addin.__all__)) == xlsx_addin.__all__
    for name in xlsx_addin.__all__:
        assert getattr(xlsx_addin, name) is not None
