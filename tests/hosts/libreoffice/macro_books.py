"""Builds macro workbooks from the source of their macros."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import xlsxwriter
from pyopenvba import ExcelFile


def macro_book(path: Path, modules: Mapping[str, str], *, button: tuple[str, str]) -> Path:
    """Write an .xlsm with a button on its only sheet.

    Args:
        path: The file.
        modules: The source of VBA modules, by their names.
        button: What it says and the macro that it starts.
    """
    project = path.with_suffix(".bin")
    project.write_bytes(_project(path, modules))
    with xlsxwriter.Workbook(path) as book:
        book.set_vba_name("ThisWorkbook")
        book.add_vba_project(str(project))
        sheet = book.add_worksheet("Sheet1")
        sheet.set_vba_name("Sheet1")
        caption, macro = button
        options = {"macro": macro, "caption": caption, "width": 160, "height": 40}
        sheet.insert_button("D2", options)
    return path


def _project(path: Path, modules: Mapping[str, str]) -> bytes:
    """Write the macros into a workbook of their own, and take them out of it."""
    with ExcelFile.create_new(str(path)) as file:
        project = file.vba_project()
        project.delete_module("Module1")
        for name, source in modules.items():
            project.add_module(name, source.replace("\n", "\r\n"))
        file.save()
    with zipfile.ZipFile(path) as package:
        return package.read("xl/vbaProject.bin")
