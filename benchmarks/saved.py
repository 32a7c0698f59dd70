"""A refresh of a big saved workbook, all lines known, result cells empty, as a whole process.

`python benchmarks/saved.py [ROWS ...]` (100000 300000). Against openpyxl, which loads the same
workbook, fills in the same cells and saves it, and against the floor: inflating, scanning and
deflating the bytes of the workbook with zlib 6. Needs XlsxWriter. Ratios of one run.
"""

import compileall
import os
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from datetime import datetime
from pathlib import Path

import openpyxl
import xlsxwriter

import xlsx_addin
from xlsx_addin.core.answers import Answer, Detail
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.plan import batches
from xlsx_addin.settings import load_settings
from xlsx_addin.store.address import open_store

RESULTS = (
    "Invoice Number",
    "Invoice Date",
    "Consolidated Invoice Number",
    "Invoice Status",
    "Invoice Message",
)
_FIRST_RESULT = 13


def main(sizes: list[int]) -> None:
    # As an installation does; a source tree may never have been.
    compileall.compile_dir(Path(xlsx_addin.__file__).parent, quiet=1)
    ours: dict[int, float] = {}
    for rows in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            path = folder / "big.xlsx"
            _make(path, rows)
            environ = _know_everything(folder, rows)
            ours[rows], peak = _child([sys.executable, "-m", "xlsx_addin", "refresh", str(path),
                                       "--output", str(folder / "out.xlsx")], environ)  # fmt: skip
            again, _ = _child([sys.executable, "-m", "xlsx_addin", "refresh",
                               str(folder / "out.xlsx")], environ)  # fmt: skip
            floor = _floor(folder / "out.xlsx")
            print(f"{rows:,} rows x 12 columns, {path.stat().st_size / 1e6:.1f} MB")
            print(f"  {ours[rows]:7.1f} s  refresh, {peak / 1e3:,.0f} MB at its peak")
            print(f"  {again:7.1f} s  refresh of the finished workbook, nothing changes")
            print(f"  {floor:7.1f} s  floor: {ours[rows] / floor:.1f} times (bound 3)")
            if rows == sizes[0]:
                theirs, their_peak = _child([sys.executable, __file__, "--openpyxl", str(path)],
                                            environ)  # fmt: skip
                print(f"  {theirs:7.1f} s  openpyxl load + save, {their_peak / 1e3:,.0f} MB:"
                      f" {theirs / ours[rows]:.1f} times (bound 10)")  # fmt: skip
    if len(sizes) > 1:
        small, big = sizes[0], sizes[-1]
        print(f"{big:,} rows take {ours[big] / ours[small]:.2f} times {small:,} (bound 3.3)")


def _line(number: int) -> LineItem:
    return LineItem(
        f"111-{number:07d}-7654321", f"{92258882544123 + number}", f"X{number % 9_999_999:07d}b"
    )


def _make(path: Path, rows: int) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": False})
    sheet, chart_sheet = book.add_worksheet("Lines"), book.add_worksheet("Chart")
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    money = book.add_format({"num_format": "#,##0.00"})
    bold = book.add_format({"bold": True, "bg_color": "#DDEBF7"})
    headers = ("Booked", "Cost Center", "PO Number", "Title", "Qty", "Net", "VAT", "Gross",
               "Buyer", "Order ID", "Order Line Item ID", "Shipment ID")  # fmt: skip
    sheet.write_row(0, 0, headers, bold)
    for row in range(1, rows + 1):
        line = _line(row)
        sheet.write_datetime(row, 0, datetime(2026, 3, row % 28 + 1), date)  # noqa: DTZ001  # a sheet's
        sheet.write_string(row, 1, f"{4100 + row % 7 * 100}")
        sheet.write_string(row, 2, f"PO-{row % 5000}")
        sheet.write_string(row, 3, f"Item {row % 3000}, box of {row % 12}")
        sheet.write_number(row, 4, row % 9 + 1)
        sheet.write_number(row, 5, row * 1.37, money)
        sheet.write_number(row, 6, row * 0.26, money)
        sheet.write_formula(row, 7, f"=F{row + 1}+G{row + 1}", money, row * 1.63)
        sheet.write_string(row, 8, f"buyer{row % 40}")
        for column, text in enumerate(line, start=9):
            sheet.write_string(row, column, text)
    sheet.conditional_format(1, 5, rows, 5, {"type": "data_bar"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": ["Lines", 1, 5, 50, 5]})
    chart_sheet.insert_chart("B2", chart)
    book.close()


def _know_everything(folder: Path, rows: int) -> dict[str, str]:
    """Fill the store with the answers to all lines."""
    environ = os.environ | {
        "XLSX_ADDIN_HOME": str(folder / "home"),
        "AMAZON_BUSINESS_CLIENT_ID": "amzn1.application-oa2-client.benchmark",
    }
    settings = load_settings(environ)
    store = open_store(None, settings.home)
    lines = [_line(row) for row in range(1, rows + 1)]
    for batch in batches(lines, 5000):
        answers = {
            line: Answer((Detail(f"DE{line.order_line_item_id}", "2026-03-19T09:20:36.767Z"),))
            for line in batch
        }
        store.save(settings.account, answers, at=time.time())
    store.close()
    return environ


def _child(command: list[str], environ: dict[str, str]) -> tuple[float, float]:
    """Run a process; give its seconds and its peak memory in KB."""
    report = Path(environ["XLSX_ADDIN_HOME"]) / "peak"
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL);"
        "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))"
    )
    began = time.perf_counter()
    subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-S", "-c", code, str(report), *command], env=environ, check=True
    )
    return time.perf_counter() - began, float(report.read_text())


def _floor(path: Path) -> float:
    """Inflate, scan and deflate the sheet once more."""
    with zipfile.ZipFile(path) as package:
        raw = package.read("xl/worksheets/sheet1.xml")
    packed = zlib.compress(raw, 6)
    began = time.perf_counter()
    content = zlib.decompress(packed)
    content.count(b"<c ")
    zlib.compress(content, 6)
    return time.perf_counter() - began


def _openpyxl(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for offset, header in enumerate(RESULTS):
        sheet.cell(1, _FIRST_RESULT + offset).value = header
    for row in range(2, sheet.max_row + 1):
        number = sheet.cell(row, _FIRST_RESULT)
        number.number_format = "@"
        number.value = f"DE{sheet.cell(row, 11).value}"
        date = sheet.cell(row, _FIRST_RESULT + 1)
        date.value = datetime(2026, 3, 19)  # noqa: DTZ001  # a sheet's
        date.number_format = "yyyy-mm-dd"
        sheet.cell(row, _FIRST_RESULT + 3).value = "Found"
        sheet.cell(row, _FIRST_RESULT + 4).value = "Nothing to do."
    book.save(path.with_name("theirs.xlsx"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--openpyxl"]:
        _openpyxl(Path(sys.argv[2]))
    else:
        main([int(word) for word in sys.argv[1:]] or [100_000, 300_000])
