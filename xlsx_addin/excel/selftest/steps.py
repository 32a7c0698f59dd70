"""The steps of the self-test in their order, each with its reason."""

from xlsx_addin.excel.selftest import button_steps, excel_steps, formula_steps
from xlsx_addin.excel.selftest.trial import Step

_WORKBOOK = ("workbook",)
_BUTTON = ("button",)


def all_steps() -> list[Step]:
    """List the steps."""
    return [*_opening(), *_buttons(), *_formulas(), *_closing()]


def _opening() -> list[Step]:
    return [
        Step("excel", "Which Excel is tested.", excel_steps.find, 30.0),
        Step(
            "start",
            "An Excel of its own: nobody's workbooks are touched.",
            excel_steps.start,
            120.0,
            needs=("excel",),
        ),
        Step(
            "add-in",
            "Excel takes the add-in, and its VBA compiles.",
            excel_steps.load_add_in,
            60.0,
            needs=("start",),
        ),
        Step(
            "workbook",
            "The template opens with its macros, and IDs stay text.",
            excel_steps.open_workbook,
            90.0,
            needs=("start",),
        ),
    ]


def _buttons() -> list[Step]:
    return [
        Step(
            "button",
            "From the button to the cells: right values and formats, nothing else changed.",
            button_steps.fill_in,
            180.0,
            needs=_WORKBOOK,
        ),
        Step(
            "second press",
            "What is known costs no request and changes no cell.",
            button_steps.press_again,
            120.0,
            needs=_BUTTON,
        ),
        Step(
            "selection",
            "Only the selected rows are refreshed.",
            button_steps.refresh_selection,
            120.0,
            needs=_BUTTON,
        ),
        Step(
            "undo",
            "Exactly the last refresh is undone.",
            button_steps.undo,
            180.0,
            needs=("selection",),
        ),
        Step(
            "cancel",
            "A refresh that is stopped ends at once, and loses nothing.",
            button_steps.cancel,
            240.0,
            needs=_BUTTON,
        ),
        Step(
            "moved rows",
            "Rows are found by their IDs, wherever they are by then.",
            button_steps.move_rows,
            180.0,
            needs=("cancel",),
        ),
        Step(
            "protected sheet",
            "What cannot be written is refused with a clear message.",
            button_steps.refuse_protected,
            240.0,
            needs=_BUTTON,
        ),
    ]


def _formulas() -> list[Step]:
    return [
        Step(
            "formula spill",
            "One formula fills rows x 3 cells, and no cell waits for ever.",
            formula_steps.spill,
            120.0,
            needs=("add-in",),
            about_formulas=True,
        ),
        Step(
            "formula cells",
            "The functions for single cells share their requests.",
            formula_steps.one_cell,
            120.0,
            needs=("formula spill",),
            about_formulas=True,
        ),
        Step(
            "recalculation",
            "Calculating again costs no request.",
            formula_steps.recalculate,
            90.0,
            needs=("formula spill",),
            about_formulas=True,
        ),
    ]


def _closing() -> list[Step]:
    return [
        Step(
            "save",
            "The file that Excel writes holds the same.",
            excel_steps.save,
            60.0,
            needs=_BUTTON,
        ),
        Step(
            "quit",
            "Excel ends by itself, and no process is left.",
            excel_steps.quit_excel,
            120.0,
            closes=True,
        ),
    ]
