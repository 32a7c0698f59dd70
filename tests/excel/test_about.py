import pytest

import xlsx_addin
from xlsx_addin.excel import about
from xlsx_addin.settings import load_settings

SIGN_IN = {
    "AMAZON_BUSINESS_CLIENT_ID": "id",
    "AMAZON_BUSINESS_CLIENT_SECRET": "hidden-secret",
    "AMAZON_BUSINESS_REFRESH_TOKEN": "hidden-token",
}


def test_help_tells_the_version_and_the_folder(tmp_path):
    text = about.help_text(tmp_path)
    assert xlsx_addin.__version__ in text
    assert str(tmp_path) in text


@pytest.mark.parametrize("missing", SIGN_IN)
def test_what_is_missing_of_the_sign_in_is_named(tmp_path, missing):
    text = about.settings_text(tmp_path, SIGN_IN | {missing: ""})
    assert missing in text
    assert "not set up" in text


def test_secrets_are_never_shown(tmp_path):
    text = about.settings_text(tmp_path, SIGN_IN)
    assert "is set up" in text
    assert "hidden" not in text


def test_a_first_settings_file_is_understood_and_never_replaced(tmp_path):
    path = about.settings_file(tmp_path / "home")
    assert load_settings({"XLSX_ADDIN_HOME": str(path.parent)}).region.name == "na"
    path.write_text('[profiles.default]\nregion = "jp"\n')
    assert about.settings_file(path.parent) == path
    assert "jp" in path.read_text()


@pytest.mark.parametrize(
    ("platform", "editor"),
    [("win32", ["notepad.exe"]), ("darwin", ["open", "-t"]), ("linux", ["xdg-open"])],
)
def test_a_file_is_opened_by_an_editor_that_is_there(tmp_path, platform, editor):
    started = []
    about.open_file(tmp_path / "settings.toml", started.append, platform)
    assert started == [[*editor, str(tmp_path / "settings.toml")]]
