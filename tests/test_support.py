"""The archive for support: what is in it, and that no secret is.

A canary is a word planted wherever a secret or a purchase could come from. The hunt looks for it
in every byte of the archive; without the masks it must find it, or the hunt itself is no good.
"""

import io
import json
import logging
import sqlite3
import zipfile
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

import pytest

from xlsx_addin.logging_start import start_logging
from xlsx_addin.logs import Redactor, hide, log_path
from xlsx_addin.settings import secrets_in
from xlsx_addin.store.contract import Caller
from xlsx_addin.store.permits import PERMITS_FILE, SqlitePermits
from xlsx_addin.store.sqlite import SCHEMA, SqliteStore
from xlsx_addin.support import Sources, write_archive

CANARY = "CANARY"
NOW = datetime(2026, 11, 22, 12)
ORDER, LINE = "111-1087441-1234567", "92258882544123"


@pytest.fixture
def environ(tmp_path):
    return {
        "XLSX_ADDIN_HOME": str(tmp_path / "home"),
        "AMAZON_BUSINESS_CLIENT_SECRET": f"{CANARY}-client-secret",
        "AMAZON_BUSINESS_REFRESH_TOKEN": f"own-{CANARY}-token",
        "AMAZON_BUSINESS_CLIENT_ID": f"amzn1.application-oa2-client.{CANARY}0123abcd",
        "HTTPS_PROXY": f"http://ann:{CANARY}@proxy.example",
        "SOMETHING_ELSE": CANARY,
    }


@pytest.fixture
def home(environ):
    folder = Path(environ["XLSX_ADDIN_HOME"])
    folder.mkdir()
    return folder


def archive_of(home, environ, *, mask=None, doctor=None):
    """Make the archive; give the text of its files by name."""
    file = io.BytesIO()
    mask = mask or Redactor(secrets_in(environ))
    names = write_archive(file, Sources(home, environ, mask, doctor))
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == names
        return {name: archive.read(name).decode("utf-8") for name in names}


def hunt(texts):
    """Say in which files a canary, an ID or a person is."""
    wanted = (CANARY, ORDER, LINE, "ann")
    return sorted(name for name, text in texts.items() if any(one in text for one in wanted))


def plant_in_settings(home):
    (home / "settings.toml").write_text(
        f"""# {CANARY} in a comment
        client_secret = "{CANARY}"
        [profiles.default]
        region = "eu"
        rate_per_s = 4
        client_id = "amzn1.application-oa2-client.{CANARY}0123abcd"
        endpoint = "https://ann:{CANARY}@example.com"
        refresh_token = "{CANARY}"
        nonsense = "{CANARY}"
        """,
        encoding="utf-8",
    )


def plant_in_log(environ):
    log = logging.getLogger("xlsx_addin.test")
    with ExitStack() as logs:
        start_logging(logs, environ, now=lambda: NOW)
        hide(f"{CANARY}-of-the-keychain")
        log.warning("Atza|%s and Atzr|%s", CANARY, CANARY)
        log.warning("own-%s-token of %s-of-the-keychain", CANARY, CANARY)
        log.warning("order %s, line %s, %s", ORDER, LINE, "ann@example.com")
        log.warning('{"client_secret": "%s, \\"quoted %s"}', CANARY, CANARY)
        log.warning("through http://ann:%s@proxy.example", CANARY)
        error = ValueError(f"refresh_token={CANARY}&x=1")
        log.error("in an error: amzn1.oa2-cs.v1.%s", CANARY, exc_info=error)
    # As a program that masked nothing would have written it.
    with log_path(Path(environ["XLSX_ADDIN_HOME"]), NOW.date()).open("a") as file:
        file.write(f"raw own-{CANARY}-token Atza|{CANARY} {ORDER} /home/ann/Books/march.xlsx\n")


def plant_in_store(home):
    with SqliteStore(home / "store.sqlite") as store:
        number = store.start_run(
            "/home/ann/Books/march.xlsx\nLines",
            "/home/ann/Books/march.xlsx",
            "Lines",
            at=1.0,
            caller=Caller("ann", "refresh", "0.1.0"),
        )
        store.end_run(number, at=2.0, counts={"rows": 7, "Failed": 2}, error="no-room")


def doctor_says():
    return f"OK   sign-in Atzr|{CANARY}\nBAD  /home/ann/Books/march.xlsx own-{CANARY}-token\n"


@pytest.fixture
def planted(home, environ):
    plant_in_settings(home)
    plant_in_log(environ)
    plant_in_store(home)


def test_no_secret_no_id_and_nobody_is_in_the_archive(planted, home, environ):
    assert hunt(archive_of(home, environ, doctor=doctor_says)) == []


def test_without_the_mask_the_hunt_finds_what_was_planted(planted, home, environ):
    texts = archive_of(home, environ, mask=lambda text: text, doctor=doctor_says)
    assert hunt(texts) == ["doctor.txt", "logs/xlsx_addin-2026-11-22.log", "settings.txt"]


def test_a_failing_part_tells_no_secret_either(planted, home, environ):
    def fail():
        raise OSError(f"Atza|{CANARY} own-{CANARY}-token")

    texts = archive_of(home, environ, doctor=fail)
    assert "could not be read: OSError" in texts["doctor.txt"]
    assert hunt(texts) == []


def test_settings_that_cannot_be_read_are_not_shown(home, environ):
    (home / "settings.toml").write_text(f'[profiles.default\nsecret = "{CANARY}"', encoding="utf-8")
    texts = archive_of(home, environ)
    assert "could not be read: TOMLDecodeError" in texts["settings.txt"]
    assert hunt(texts) == []


@pytest.mark.parametrize("content", ["profiles = 3", "profiles.x = 3", f'[a]\nb = "{CANARY}"'])
def test_settings_of_a_strange_form_are_told_without_values(content, home, environ):
    (home / "settings.toml").write_text(content, encoding="utf-8")
    texts = archive_of(home, environ)
    assert "could not be read" not in texts["settings.txt"]
    assert hunt(texts) == []


def test_the_archive_holds_what_helps(planted, home, environ):
    with SqlitePermits(home / PERMITS_FILE, clock=lambda: 5.0) as permits:
        permits.reserve("hash", rate_per_s=2.0, burst=10.0)
    texts = archive_of(home, environ, doctor=lambda: "OK")
    assert list(texts) == [
        *("README.txt", "versions.json", "settings.txt", "runs.json", "store.json"),
        *("permits.json", "logs/xlsx_addin-2026-11-22.log", "doctor.txt"),
    ]
    assert (
        "xlsx_addin.test: order (ID), line (ID), (e-mail)"
        in texts["logs/xlsx_addin-2026-11-22.log"]
    )
    assert "region = eu\nrate_per_s = 4\n" in texts["settings.txt"]
    assert "amzn1.application-oa2-client.…abcd" in texts["settings.txt"]
    assert "refresh_token (left out)" in texts["settings.txt"]
    (run,) = json.loads(texts["runs.json"])
    assert (run["workbook"], run["result"]) == ("march.xlsx", "error no-room, 2 Failed")
    assert json.loads(texts["store.json"])["runs"] == 1
    assert json.loads(texts["permits.json"]) == [
        {"key": "hash", "level": 9.0, "at": 5.0, "rate_per_s": 2.0}
    ]
    versions = json.loads(texts["versions.json"])
    assert versions["libraries"]["xlwings"]
    assert "AMAZON_BUSINESS_CLIENT_SECRET" in versions["variables_set"]
    assert "SOMETHING_ELSE" not in versions["variables_set"]
    assert texts["doctor.txt"] == "OK"


def test_every_file_is_told_in_the_readme(planted, home, environ):
    texts = archive_of(home, environ, doctor=lambda: "OK")
    for name in texts:
        assert name == "README.txt" or name.split("/")[0] in texts["README.txt"]


def test_only_the_last_fifty_runs_are_in_it(home, environ):
    with SqliteStore(home / "store.sqlite") as store:
        for _ in range(60):
            store.start_run("book", "march.xlsx", "Lines", at=1.0)
    runs = json.loads(archive_of(home, environ)["runs.json"])
    assert [run["number"] for run in runs] == list(range(60, 10, -1))


def test_nothing_is_made_where_nothing_is(home, environ):
    texts = archive_of(home, environ)
    assert "There is no store.sqlite yet." in texts["runs.json"]
    assert "There is no permits.sqlite yet." in texts["permits.json"]
    assert "the defaults count" in texts["settings.txt"]
    assert list(home.iterdir()) == []


def set_version(path, version):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


def test_a_store_of_a_newer_version_is_counted_all_the_same(planted, home, environ):
    set_version(home / "store.sqlite", SCHEMA.version + 1)
    assert json.loads(archive_of(home, environ)["store.json"])["version"] == SCHEMA.version + 1


def test_a_damaged_store_is_told_and_left_where_it_is(home, environ):
    (home / "store.sqlite").write_bytes(b"no database" * 1000)
    texts = archive_of(home, environ)
    assert "could not be read" in texts["store.json"]
    assert [path.name for path in home.iterdir()] == ["store.sqlite"]


def test_a_store_that_is_kept_busy_holds_nothing_up(planted, home, environ, monkeypatch):
    monkeypatch.setattr("xlsx_addin.store.looking._PATIENCE_S", 0.0)
    with closing(sqlite3.connect(home / "store.sqlite", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        texts = archive_of(home, environ)
    assert "is kept busy by another program" in texts["store.json"]
    assert "xlsx_addin.test" in texts["logs/xlsx_addin-2026-11-22.log"]


def test_an_address_of_the_store_that_makes_no_sense_is_told(home, environ):
    texts = archive_of(home, environ | {"XLSX_ADDIN_STORE": "postgres://ann:CANARY@host/db"})
    assert "is not the address of a store" in texts["store.json"]
    assert hunt(texts) == []
