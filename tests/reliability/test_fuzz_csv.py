"""R16: whatever a CSV file holds, it is read row for row or refused with advice."""

import csv
import io
from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.reliability.test_fuzz_core import some
from xlsx_addin.cli.csv_table import read_table, write_table
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Outcome, Status
from xlsx_addin.errors import InputError

HEADER = ("orderId", "orderLineItemId", "shipmentId")
# A file with a zero byte in it is no text.
NOTES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
IDS = st.tuples(
    st.from_regex(r"[0-9]{3}-[0-9]{7}-[0-9]{7}", fullmatch=True),
    st.from_regex(r"[0-9]{1,15}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9]{1,9}", fullmatch=True),
)
FOUND = Outcome(Status.FOUND, "Nothing to do.", "=INV;1", None, '"CON",2')
BROKEN = 300
ODD = (
    b'"',
    b"\x00",
    b"\r",
    b"\n",
    b"\xff",
    b";",
    b",",
    b"\t",
    b"\xef\xbb\xbf",
    b"'",
    b"=",
    b"\x0c",
)


def written(rows, separator, line_end):
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator=line_end).writerows(rows)
    return stream.getvalue()


def read_or_refused(path):
    """Read a table, or give the code of its refusal."""
    try:
        return read_table(path)
    except InputError as error:
        return error.code if error.next_step else "no advice"


@some(100)
@given(
    rows=st.lists(st.tuples(IDS, NOTES), min_size=1, max_size=12),
    separator=st.sampled_from(",;\t"),
    line_end=st.sampled_from(("\n", "\r\n")),
    mark=st.sampled_from(("utf-8", "utf-8-sig")),
)
def test_every_row_is_read_and_written_back_in_its_place(
    tmp_path_factory, rows, separator, line_end, mark
):
    path = tmp_path_factory.getbasetemp() / "lines.csv"
    table = [(*HEADER, "note"), *((*ids, note) for ids, note in rows)]
    # Written with both, so that lone returns are quoted.
    content = written(table, separator, "\r\n")
    content = content if line_end == "\r\n" else content.replace("\r\n", "\n")
    path.write_bytes(content.encode(mark))
    read = read_table(path)
    assert read.keys == [None, *(LineItem(*ids) for ids, _ in rows)]
    stream = io.StringIO()
    write_table(read, [None, *[FOUND] * len(rows)], stream)
    back = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))
    for row, (ids, note) in zip(back[1:], rows, strict=True):
        assert tuple(row[:3]) == ids
        assert row[3].splitlines() == note.replace("\r\n", "\n").splitlines()
        assert row[4:8] == ["'=INV;1", "", '"CON",2', "Found"]


def test_broken_files_are_read_or_refused_with_advice(tmp_path, figures, scale):
    path = tmp_path / "lines.csv"
    found = Counter()
    for seed in range(BROKEN * scale):
        dice = Random(seed)
        rows = [HEADER, *(("111-1234567-1234567", str(n), "Dx1aaaaaa") for n in range(20))]
        content = written(rows, dice.choice(",;\t"), dice.choice(("\n", "\r\n", "\r"))).encode(
            dice.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252"))
        )
        for _ in range(dice.choice((0, 1, 3, 9))):
            at = dice.randrange(len(content) + 1)
            content = content[:at] + dice.choice(ODD) + content[at + dice.choice((0, 0, 1, 40)) :]
        path.write_bytes(content)
        table = read_or_refused(path)
        found[table if isinstance(table, str) else "read"] += 1
        if isinstance(table, str):
            continue
        assert len(table.keys) == len(table.rows)
        for key, ids in zip(table.keys, table.ids(), strict=True):
            assert key is not None or ids[0] != rows[1][0] or not all(ids), seed
        write_table(table, [None] * len(table.rows), io.StringIO())
    assert "no advice" not in found
    assert found["read"] > 30
    assert found["csv-unreadable"] > 30
    figures("R16", f"{found.total()} broken CSV files", f"{found['read']} read, the others refused")
