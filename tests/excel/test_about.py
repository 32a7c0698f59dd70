import pytest

import xlsx_addin
from xlsx_addin.excel import about


def test_help_tells_the_version_and_the_folder(tmp_path):
    text = about.help_text(tmp_path)
    assert xlsx_addin.__version__ in text
    assert str(tmp_path) in text


@pytest.mark.parametrize(
    ("platform", "editor"),
    [("win32", ["notepad.exe"]), ("darwin", ["open", "-t"]), ("linux", ["xdg-open"])],
)
def test_a_file_is_opened_by_an_editor_that_is_there(tmp_path, platform, editor):
    started = []
    about.open_file(tmp_path / "settings.toml", started.append, platform)
    assert started == [[*editor, str(tmp_path / "settings.toml")]]
