"""The settings file: changed without harm, checked before it is written."""

import os
import stat
import tomllib
from datetime import date
from pathlib import Path

import filelock
import pytest

from xlsx_addin.amazon.options import ClientOptions
from xlsx_addin.amazon.regions import REGIONS
from xlsx_addin.errors import LocalError, SettingError
from xlsx_addin.excel.formulas.contract import Limits
from xlsx_addin.jobs.add_ids import DAYS_AFTER
from xlsx_addin.private_files import write_private
from xlsx_addin.settings import DEFAULT_REGION, Settings, load_settings
from xlsx_addin.settings_file import (
    SettingsFile,
    change_profile,
    first_settings,
    read_settings,
)
from xlsx_addin.settings_table import SETTINGS

OWN = """\
# My settings.
[workbooks]
"*/Japan/*.xlsx" = "japan"   # Tokyo

[profiles.japan]   # the other account
region  =  "jp"
burst = 5 # slow

[profiles.default]
region = 'eu'
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.toml"


def test_a_change_leaves_comments_and_order_as_they_are(path):
    path.write_text(OWN)
    change_profile(path, "japan", {"burst": 3, "region": "jp"})
    assert path.read_text() == OWN.replace("burst = 5", "burst = 3")


def test_an_entry_that_is_new_goes_into_its_profile(path):
    path.write_text(OWN)
    change_profile(path, "japan", {"attempts": 7})
    change_profile(path, "default", {"time_zone": "Europe/Berlin"})
    profiles = tomllib.loads(path.read_text())["profiles"]
    assert profiles == {
        "japan": {"region": "jp", "burst": 5, "attempts": 7},
        "default": {"region": "eu", "time_zone": "Europe/Berlin"},
    }
    assert all(line in path.read_text().splitlines() for line in OWN.splitlines())


def test_what_is_taken_out_leaves_the_rest(path):
    path.write_text(OWN)
    change_profile(path, "japan", {"burst": None, "attempts": None})
    assert path.read_text() == OWN.replace("burst = 5 # slow\n", "")


def test_a_profile_that_is_new_is_added(path):
    path.write_text(OWN)
    change_profile(path, "uk", {"region": "eu", "secret_since": date(2026, 3, 31)})
    assert read_settings(path).profile("uk") == {"region": "eu", "secret_since": date(2026, 3, 31)}
    assert path.read_text().startswith(OWN)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(path, newline, mark):
    path.write_bytes((mark + OWN.replace("\n", newline)).encode())
    change_profile(path, "default", {"region": "na", "burst": 3})
    wanted = OWN.replace("region = 'eu'", 'region = "na"') + "burst = 3\n"
    assert path.read_bytes().decode() == mark + wanted.replace("\n", newline)


def test_what_changes_nothing_writes_nothing(path):
    path.write_text(OWN)
    os.utime(path, (1, 1))
    change_profile(path, "japan", {"burst": 5, "attempts": None})
    assert path.stat().st_mtime == 1


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("brust", 3, "unknown-setting"),
        ("burst", 0, "bad-number"),
        ("region", "mars", "no-such-region"),
        ("client_secret", "x", "secret-in-settings"),
        ("client_id", "amzn1.oa2-cs.v1.x", "secret-in-settings"),
        ("time_zone", "Atzr|x", "secret-in-settings"),
        ("secret_since", "soon", "unknown-setting"),
        ("page_token", "both", "no-such-page-token"),
    ],
)
def test_what_makes_no_sense_is_not_written(path, key, value, code):
    path.write_text(OWN)
    with pytest.raises(SettingError) as caught:
        change_profile(path, "default", {key: value})
    assert caught.value.code == code
    assert path.read_text() == OWN


def test_a_damaged_file_is_left_to_its_owner(path):
    path.write_text("[profiles")
    with pytest.raises(SettingError, match="cannot be read"):
        change_profile(path, "default", {"burst": 3})
    assert path.read_text() == "[profiles"


def test_near_matches_are_offered(path):
    path.write_text("[profiles.default]\nregoin = 'eu'\n")
    with pytest.raises(SettingError) as caught:
        read_settings(path).profile("default")
    assert "Did you mean region?" in caught.value.next_step


def test_two_programs_do_not_change_it_at_once(path, monkeypatch):
    monkeypatch.setattr("xlsx_addin.settings_file._WAIT_S", 0.01)
    path.write_text(OWN)
    (path.parent / "locks").mkdir()
    with (
        filelock.FileLock(path.parent / "locks" / "settings.lock"),
        pytest.raises(LocalError) as caught,
    ):
        change_profile(path, "default", {"burst": 3})
    assert caught.value.code == "cannot-write"
    assert path.read_text() == OWN


def test_a_crash_while_it_is_written_leaves_the_old_file(path):
    path.write_text(OWN)

    def fail(_new, _old):
        raise OSError("the disk is gone")

    with pytest.raises(LocalError):
        write_private(path, "half", replace=fail)
    assert path.read_text() == OWN
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_a_link_stays_a_link(path, tmp_path):
    target = tmp_path / "dotfiles.toml"
    target.write_text(OWN)
    path.symlink_to(target)
    change_profile(path, "japan", {"burst": 3})
    assert path.is_symlink()
    assert "burst = 3" in target.read_text()


class TestTheFirstFile:
    def test_it_tells_every_setting_that_people_set_and_changes_none(self, path):
        first_settings(path)
        environ = {"XLSX_ADDIN_HOME": str(path.parent)}
        assert load_settings(environ) == Settings(
            home=path.parent, region=REGIONS["na"], endpoint=REGIONS["na"].endpoint
        )
        told = [one.key for one in SETTINGS.values() if f"\n# {one.key} = " in path.read_text()]
        assert told == [key for key in SETTINGS if not key.startswith("secret_")]

    def test_what_it_shows_may_be_taken_as_it_is(self, path):
        first_settings(path)
        lines = path.read_text().splitlines()
        shown = [line.removeprefix("# ") for line in lines]
        entries = [line for line in shown if line.partition(" ")[0] in SETTINGS and " = " in line]
        path.write_text("[profiles.default]\n" + "\n".join(entries))
        assert len(read_settings(path).profile("default")) == len(entries) > 10
        load_settings({"XLSX_ADDIN_HOME": str(path.parent)})

    def test_a_file_that_is_there_stays(self, path):
        path.write_text(OWN)
        first_settings(path)
        assert path.read_text() == OWN

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
    def test_it_is_the_users_own(self, path):
        first_settings(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


class TestWorkbooks:
    @pytest.mark.parametrize(
        ("pattern", "workbook", "matches"),
        [
            ("*/Japan/*.xlsx", "/books/japan/March.XLSX", True),
            ("*/Japan/*.xlsx", "/books/us/march.xlsx", False),
            ("march.xlsx", "/books/march.xlsx", True),
            ("march.xlsx", "/books/not-march.xlsx", False),
            (r"japan\*", "/books/Japan/a.xlsx", True),
            ("/books/*", "/books/deep/er/a.xlsx", True),
            ("*.xlsm", "/books/a.xlsx", False),
        ],
    )
    def test_patterns_see_the_path_without_capitals(self, pattern, workbook, matches):
        file = SettingsFile(Path("x"), {}, {pattern: "japan"})
        assert (file.profile_of(Path(workbook)) == "japan") is matches

    def test_the_first_pattern_counts(self):
        file = SettingsFile(Path("x"), {}, {"*/a/*": "one", "*.xlsx": "two"})
        assert [file.profile_of(Path(p)) for p in ("/a/b.xlsx", "/c/b.xlsx", "/c/b.xlsm")] == [
            "one",
            "two",
            None,
        ]

    @pytest.mark.parametrize("text", ["workbooks = 3\n", "[workbooks]\n'*' = 3\n"])
    def test_a_table_of_another_form_is_refused(self, path, text):
        path.write_text(text)
        with pytest.raises(SettingError) as caught:
            read_settings(path)
        assert "[workbooks]" in str(caught.value)


def test_the_table_tells_the_defaults_that_count():
    options, limits = ClientOptions(), Limits()
    used = {
        "rate_per_s": options.rate_per_s,
        "burst": options.burst,
        "attempts": options.attempts,
        "longest_wait_s": options.backoff_cap_s,
        "give_up_after_s": options.connection.patience_s,
        "formula_wait_s": limits.wait_s,
        "formula_ask_again_h": limits.ask_again_s / 3600,
        "add_ids_days": DAYS_AFTER,
    }
    assert {key: float(SETTINGS[key].default) for key in used} == used
    assert SETTINGS["region"].default == DEFAULT_REGION
    assert SETTINGS["region"].choices == tuple(REGIONS)
