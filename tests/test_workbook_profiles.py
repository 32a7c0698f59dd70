"""Which account a workbook is refreshed with."""

from pathlib import Path

import pytest

from tests.conftest import cells_of
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.errors import SettingError
from xlsx_addin.sandbox import INVOICES, SANDBOX_CREDENTIALS
from xlsx_addin.workbook_profiles import by_profile, profile_for

LINES = [LineItem("111-1087441-1234567", f"9225888254412{n}", "XWwjNjAbC") for n in range(3)]


@pytest.fixture
def table(home):
    """Give Japan's workbooks, and nobody's, a profile of their own."""
    path = home / "settings.toml"
    path.write_text(
        '[workbooks]\n"japan-*" = "japan"\n"lost-*" = "nobody"\n'
        + path.read_text()
        + path.read_text().replace("default", "japan")
    )
    return {"XLSX_ADDIN_HOME": str(home)}


def test_workbooks_are_parted_in_the_order_of_their_first(table):
    paths = [Path(name) for name in ("a.xlsx", "japan-1.xlsx", "b.xlsx", "Japan-2.xlsx")]
    a, one, b, two = paths
    assert by_profile(table, paths) == {None: [a, b], "japan": [one, two]}
    assert by_profile(table, paths, "uk") == {"uk": paths}
    assert profile_for(table, one) == "japan"
    assert profile_for(table, a) is None


def test_a_chosen_profile_needs_no_table(tmp_path):
    (tmp_path / "settings.toml").write_text("workbooks = 3")
    environ = {"XLSX_ADDIN_HOME": str(tmp_path)}
    assert profile_for(environ, Path("a.xlsx"), "uk") == "uk"
    with pytest.raises(SettingError):
        profile_for(environ, Path("a.xlsx"))


def test_each_workbook_is_refreshed_with_its_own_account(
    start_amazon, refresh, make_book, table, home, monkeypatch
):
    amazon = start_amazon()
    japan = start_amazon(region="jp")
    for name in ("REGION", "ENDPOINT", "TOKEN_URL"):
        monkeypatch.delenv(f"AMAZON_BUSINESS_{name}")
    path = home / "settings.toml"
    text = path.read_text()
    for profile, sandbox, region in (("japan", japan, "jp"), ("default", amazon, "na")):
        text = text.replace(
            f"[profiles.{profile}]\n",
            f'[profiles.{profile}]\nregion = "{region}"\nendpoint = "{sandbox.endpoint}"\n'
            f'token_url = "{sandbox.token_url}"\n',
        )
    path.write_text(text)
    monkeypatch.setenv("AMAZON_BUSINESS_CLIENT_ID", SANDBOX_CREDENTIALS.client_id)
    names = ("japan-1.xlsx", "a.xlsx", "japan-2.xlsx")
    books = [make_book([line], name=name) for name, line in zip(names, LINES, strict=True)]
    done = refresh(*books)
    assert done.code == 0
    assert [Path(one["path"]).name for one in done.json["workbooks"]] == list(names)
    assert [one.requests.count(INVOICES) for one in (amazon, japan)] == [1, 1]
    assert done.json["requests"] == 2
    assert all(cells_of(book)[1][6] for book in books)


def test_a_profile_that_is_missing_holds_up_only_its_workbooks(amazon, refresh, make_book, table):
    good, lost = make_book([LINES[0]]), make_book([LINES[1]], name="lost-1.xlsx")
    done = refresh(lost, good)
    first, second = done.json["workbooks"]
    assert done.code == 2
    assert first["error"]["code"] == "no-such-profile"
    assert second["error"] is None
    assert second["changed"] > 0


def test_alone_its_error_ends_the_command(refresh, make_book, table):
    done = refresh(make_book([LINES[0]], name="lost-1.xlsx"))
    assert done.code == 2
    assert done.json["error"]["code"] == "no-such-profile"
