import logging
from contextlib import ExitStack
from datetime import datetime

import pytest

from xlsx_addin.amazon.regions import REGIONS
from xlsx_addin.app import App
from xlsx_addin.errors import SettingError
from xlsx_addin.logging_start import start_logging
from xlsx_addin.logs import Redactor
from xlsx_addin.secrets import Secret
from xlsx_addin.settings import Settings

NOW = datetime(2026, 11, 22, 12)


def log(text):
    logging.getLogger("xlsx_addin.test").warning(text)


def test_a_process_writes_its_log_until_it_ends(tmp_path):
    environ = {"XLSX_ADDIN_HOME": str(tmp_path), "AMAZON_BUSINESS_CLIENT_SECRET": "my-SECRET"}
    with ExitStack() as logs:
        start_logging(logs, environ, now=lambda: NOW)
        log("heard, my-SECRET")
    log("not heard")
    (path,) = (tmp_path / "logs").iterdir()
    assert path.name == "xlsx_addin-2026-11-22.log"
    text = path.read_text("utf-8")
    assert "heard, ********" in text
    assert "not heard" not in text


def test_all_logs_of_a_process_mask_with_one_mask(tmp_path, capsys):
    mask = Redactor()
    with ExitStack() as logs:
        start_logging(logs, {"XLSX_ADDIN_HOME": str(tmp_path)}, mask, verbose=True)
        mask.hide("learnt-SECRET")
        log("it is learnt-SECRET")
    (path,) = (tmp_path / "logs").iterdir()
    for text in (capsys.readouterr().err, path.read_text("utf-8")):
        assert "it is ********" in text


def test_a_home_of_nobody_is_said_although_there_is_no_log():
    with ExitStack() as logs, pytest.raises(SettingError):
        start_logging(logs, {"XLSX_ADDIN_HOME": "~nobody-of-this-name/x"}, verbose=True)
    assert all(type(one) is logging.NullHandler for one in logging.getLogger("xlsx_addin").handlers)


def test_the_secrets_of_settings_are_masked_wherever_they_came_from(tmp_path, capsys):
    settings = Settings(
        tmp_path,
        REGIONS["eu"],
        client_secret=Secret("kept-SECRET"),
        refresh_token=Secret("SECRET-2"),
    )
    with ExitStack() as logs:
        start_logging(logs, {"XLSX_ADDIN_HOME": str(tmp_path)}, verbose=True)
        with App(settings):
            log("kept-SECRET and SECRET-2")
    assert "******** and ********" in capsys.readouterr().err
