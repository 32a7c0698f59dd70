"""The add-in: a hidden workbook with a ribbon tab, macros and a sheet of settings."""

from typing import Final

import xlsxwriter
import xlwings

from building.common import made, package_version
from building.configuration import add_configuration
from building.macros import SOURCES, add_in_modules, add_macros
from building.package import CONTENT_TYPES, Members, edit
from xlsx_addin.installing.add_in import PACKAGE_PROPERTY, XLWINGS_PROPERTY

_COMMENTS: Final = "Fills in Amazon Business invoices beside the order line items of a workbook."
_WORKBOOK_TYPE: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADD_IN_TYPE: Final = "application/vnd.ms-excel.addin.macroEnabled.main+xml"

_NEW_NAMESPACE: Final = "http://schemas.microsoft.com/office/2009/07/customui"
_OLD_NAMESPACE: Final = "http://schemas.microsoft.com/office/2006/01/customui"
_PARTS: Final = (("2006", "customUI/customUI.xml"), ("2007", "customUI/customUI14.xml"))
"""Year of the relationship's type and part: for Excel 2007, and for all after it."""


def add_in() -> Members:
    """Make the add-in."""
    members = made(_fill, _COMMENTS)
    members = add_macros(members, add_in_modules())
    edit(members, CONTENT_TYPES, _WORKBOOK_TYPE, _ADD_IN_TYPE)
    edit(members, "xl/workbook.xml", "<workbookView ", '<workbookView visibility="hidden" ')
    _add_ribbon(members)
    return members


def _fill(book: xlsxwriter.Workbook) -> None:
    add_configuration(book).activate()
    # Read from the installed file, to know whether it is ours and of which version.
    book.set_custom_property(PACKAGE_PROPERTY, package_version())
    book.set_custom_property(XLWINGS_PROPERTY, xlwings.__version__)


def _add_ribbon(members: Members) -> None:
    ribbon = (SOURCES / "ribbon.xml").read_bytes()
    for year, part in _PARTS:
        relation = (
            f'<Relationship Id="rIdRibbon{year}" Target="{part}"'
            f' Type="http://schemas.microsoft.com/office/{year}/relationships/ui/extensibility"/>'
        )
        edit(members, "_rels/.rels", "</Relationships>", f"{relation}</Relationships>")
        members[part] = ribbon
    edit(members, "customUI/customUI.xml", _NEW_NAMESPACE, _OLD_NAMESPACE)
