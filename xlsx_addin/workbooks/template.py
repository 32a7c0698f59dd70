"""The files that come with the program: the add-in, and the reconciliation workbooks."""

from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from xlsx_addin.workbooks.creating import check_name, create


class Template(StrEnum):
    """The files, by name."""

    ADD_IN = "xlsx_addin.xlam"
    WORKBOOK = "Reconciliation.xlsx"
    WORKBOOK_WITH_BUTTON = "Reconciliation.xlsm"


def read_template(template: Template) -> bytes:
    """Give the content of a template.

    Args:
        template: which one.
    """
    return _folder().joinpath(template).read_bytes()


def copy_template(template: Template, path: Path) -> None:
    """Make a copy of a template.

    Args:
        template: which one.
        path: where it goes; a file that is there already is never replaced.

    Raises:
        WorkbookError: there is a file already.
        LocalError: the folder cannot be written.
    """
    content = read_template(template)
    create(path, lambda file: file.write(content))


def new_workbook(path: Path) -> None:
    """Make a fresh reconciliation workbook, with the button if its name says so.

    Args:
        path: where it goes; ends in .xlsx or .xlsm.

    Raises:
        WorkbookError: there is a file already, or the name ends in something else.
        LocalError: the folder cannot be written.
    """
    check_name(path, ".xlsx", ".xlsm")
    has_button = path.suffix.lower() == ".xlsm"
    copy_template(Template.WORKBOOK_WITH_BUTTON if has_button else Template.WORKBOOK, path)


def _folder() -> Traversable:
    try:
        return files("xlsx_addin.templates")
    except ModuleNotFoundError:
        # In a source tree that is not installed they lie beside the package.
        return Path(__file__).parents[2] / "templates"
