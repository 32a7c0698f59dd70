"""What xlwings has no members for, asked in the words of either platform."""

from types import SimpleNamespace

import pytest

from xlsx_addin.workbooks.live.native import MacNative, WindowsNative, native

MISSING = object()
"""What Apple events say where COM says None."""


def event(value):
    return SimpleNamespace(get=lambda: value)


def windows(**members):
    return SimpleNamespace(api=SimpleNamespace(**members))


def mac(**members):
    return SimpleNamespace(
        api=SimpleNamespace(**{name: event(value) for name, value in members.items()})
    )


@pytest.mark.parametrize(
    ("platform", "kind"),
    [("win32", WindowsNative), ("darwin", MacNative), ("linux", WindowsNative)],
)
def test_the_platform_decides(platform, kind):
    assert type(native(platform)) is kind


@pytest.mark.parametrize(("value", "told"), [(True, True), (False, False), (None, None)])
def test_windows_is_asked_by_excels_object_model(value, told):
    ask = WindowsNative()
    assert ask.is_locked(windows(Locked=value)) is told
    assert ask.has_formula(windows(HasFormula=value)) is told
    assert ask.is_protected(windows(ProtectContents=value)) is bool(told)
    assert ask.has_hidden_rows(windows(EntireRow=SimpleNamespace(Hidden=value))) is told
    assert ask.address(windows(FullName="C:\\Books\\march.xlsx")) == "C:\\Books\\march.xlsx"


@pytest.mark.parametrize(("value", "told"), [(True, True), (False, False), (MISSING, None)])
def test_a_mac_is_asked_by_excels_dictionary(value, told):
    ask = MacNative()
    assert ask.is_locked(mac(locked=value)) is told
    assert ask.has_formula(mac(has_formula=value)) is told
    hidden = SimpleNamespace(hidden=event(value))
    assert ask.has_hidden_rows(SimpleNamespace(api=SimpleNamespace(entire_row=hidden))) is told
    assert ask.address(mac(full_name="/Users/ann/march.xlsx")) == "/Users/ann/march.xlsx"


@pytest.mark.parametrize("value", [True, False])
def test_a_mac_tells_whether_a_sheet_is_protected(value):
    assert MacNative().is_protected(mac(protect_contents=value)) is value


def test_areas_are_named_one_by_one_on_both_platforms():
    windows_areas = [SimpleNamespace(Address="$A$2"), SimpleNamespace(Address="$A$9")]
    assert WindowsNative().areas(windows(Areas=windows_areas)) == ["$A$2", "$A$9"]
    mac_areas = [SimpleNamespace(get_address=lambda: "$A$2")]
    assert MacNative().areas(mac(areas=mac_areas)) == ["$A$2"]


def test_windows_adds_a_link_without_touching_the_text():
    added = []
    cells = windows(Hyperlinks=SimpleNamespace(Add=lambda *link: added.append(link)))
    WindowsNative().add_link(cells, "pdf/a b.pdf", "007")
    assert added == [(cells.api, "pdf/a b.pdf")]


def test_a_mac_adds_a_link_with_its_text():
    added = []
    cells = SimpleNamespace(add_hyperlink=lambda *link: added.append(link))
    MacNative().add_link(cells, "pdf/a b.pdf", "'007")
    assert added == [("pdf/a b.pdf", "'007", "pdf/a b.pdf")]


@pytest.mark.parametrize("count", [0, 2])
def test_links_are_found_and_taken_off_on_both_platforms(count):
    gone = []
    sheet = windows(Hyperlinks=SimpleNamespace(Count=count))
    assert WindowsNative().has_links(sheet) is bool(count)
    WindowsNative().remove_links(windows(ClearHyperlinks=lambda: gone.append("all")))
    links = [SimpleNamespace(delete=lambda: gone.append("one"))] * count
    assert MacNative().has_links(mac(hyperlinks=links)) is bool(count)
    MacNative().remove_links(mac(hyperlinks=links))
    assert gone == ["all", *["one"] * count]


@pytest.mark.parametrize(("kind", "told"), [(1, False), (3, True)])
def test_windows_tells_whether_a_query_fills_a_table(kind, told):
    assert WindowsNative().is_filled_by_query(windows(SourceType=kind)) is told
