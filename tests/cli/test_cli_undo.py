from tests.cli.test_cli_refresh import lines
from tests.conftest import cells_of


def test_undo_puts_back_and_says_what(amazon, refresh, cli, make_book):
    book = make_book(lines(3))
    before = cells_of(book)
    refresh(book)
    done = cli("undo", book)
    assert done.code == 0
    assert "12 cells put back" in done.out
    assert "The old content is in" in done.out
    assert [row[:3] for row in cells_of(book)] == before
    assert all(row[3:] == (None,) * 5 for row in cells_of(book)[1:])


def test_undo_tells_programs_the_same(amazon, refresh, cli, make_book):
    book = make_book(lines(3))
    refresh(book)
    found = cli("undo", book, "--json", "--no-backup").json
    assert found == {
        "path": str(book),
        "sheet": "Lines",
        "changed": 12,
        "edited": 0,
        "lost": 0,
        "output": str(book),
        "backup": None,
    }


def test_without_a_refresh_there_is_nothing_to_undo(home, cli, make_book):
    done = cli("undo", make_book(lines(1)))
    assert done.code == 2
    assert "There is no refresh of book.xlsx to undo." in done.err


def test_a_workbook_that_is_not_there_is_said(home, cli, tmp_path):
    done = cli("undo", tmp_path / "none.xlsx")
    assert done.code == 2
    assert "There is no file" in done.err
