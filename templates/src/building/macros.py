"""Puts a VBA project into a workbook."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pyopenvba import ExcelFile, VBAModuleKind
from pyopenvba.cfb import CFB

from building.package import CONTENT_TYPES, Members, edit, package_of, read_members
from building.xlwings_vba import add_in_module, dictionary_class, read_vba, workbook_module

SOURCES: Final = Path(__file__).parents[1]
_VBA: Final = SOURCES / "vba"
_GENERATED: Final = SOURCES / "generated"

_MAIN: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MAIN_WITH_MACROS: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_CLASSES: Final = frozenset({"Dictionary"})

_PROJECT: Final = "xl/vbaProject.bin"
# What a program that does not compile has to write ([MS-OVBA], 2.3.4.1): no compiled code here.
_SOURCES_ONLY: Final = bytes.fromhex("cc61ffff000000")


def workbook_modules() -> dict[str, str]:
    """Give the modules of the workbook with a button, by name."""
    return {
        "XlsxAddin": read_vba(_VBA / "XlsxAddin.bas"),
        "xlwings": workbook_module(),
        "Dictionary": dictionary_class(),
    }


def add_in_modules() -> dict[str, str]:
    """Give the modules of the add-in, by name, with the generated ones of the formulas."""
    return {
        "XlsxAddin": read_vba(_VBA / "XlsxAddin.bas"),
        "XlsxAddinRibbon": read_vba(_VBA / "XlsxAddinRibbon.bas"),
        "XlsxAddinFormulas": read_vba(_VBA / "XlsxAddinFormulas.bas"),
        "xlwings": add_in_module(),
        "Dictionary": dictionary_class(),
        **{path.stem: read_vba(path) for path in sorted(_GENERATED.glob("*.bas"))},
    }


def add_macros(members: Members, modules: Mapping[str, str]) -> Members:
    """Make a workbook with macros of one without.

    Args:
        members: the workbook.
        modules: source by name of the module.
    """
    members = dict(members)
    edit(members, CONTENT_TYPES, _MAIN, _MAIN_WITH_MACROS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsm"
        path.write_bytes(package_of(members))
        with ExcelFile(str(path)) as book:
            project = book.add_vba_project()
            for name, source in modules.items():
                kind = VBAModuleKind.other if name in _CLASSES else VBAModuleKind.standard
                project.add_module(name, source, kind=kind)
            for module in project.modules:
                module.source = str(module.source)
                module.dirty = True
            book.save()
        return _without_compiled_code(read_members(path.read_bytes()))


def _without_compiled_code(members: Members) -> Members:
    """Leave only sources in the project, so that Excel compiles all of it when it is opened."""
    project = CFB.from_bytes(members[_PROJECT])
    project.write_stream_in_storage("VBA", "_VBA_PROJECT", _SOURCES_ONLY)
    return members | {_PROJECT: project.to_bytes()}
