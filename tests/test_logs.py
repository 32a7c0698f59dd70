import logging
from datetime import date

import pytest

from xlsx_addin.logs import log_path, redact, start_log, stop_log

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    [
        "Atza|IQEBLjAsAhRm-SECRET",
        "token=Atzr|IwEB-SECRET,",
        "refresh_token=Atzr%7CSECRET&x=1",
        '{"client_secret": "SECRET"}',
        "client_secret=amzn1.oa2-cs.v1.SECRET",
        "x-amz-access-token: SECRET",
        "code=SECRET",
        "the secret is my-own-SECRET.",
    ],
)
def test_secrets_are_masked(text):
    assert "SECRET" not in redact(text, ["my-own-SECRET"])


def test_a_client_id_is_shortened_and_an_address_masked():
    text = redact("amzn1.application-oa2-client.abcd1234567890 for ann.lee+ap@example.co.uk")
    assert text == "amzn1.application-oa2-client.abcd… for (e-mail)"


def test_request_ids_and_numbers_stay():
    text = "x-amzn-RequestId a915abe5-33e0-4bd5-a6e9-45ae0033bedd status 403 in 12 ms"
    assert redact(text) == text


def test_records_and_tracebacks_go_redacted_into_the_file_of_the_day(tmp_path):
    handler = start_log(tmp_path, DAY, ["my-own-SECRET"])
    error = ValueError("Atza|SECRET my-own-SECRET")
    logging.getLogger("xlsx_addin.test").error("token %s", "Atza|SECRET", exc_info=error)
    stop_log(handler)
    text = log_path(tmp_path, DAY).read_text("utf-8")
    assert "ValueError" in text
    assert "SECRET" not in text


def test_files_older_than_fourteen_days_are_removed(tmp_path):
    for name in ("2026-11-08", "2026-11-09", "2026-11-21"):
        path = log_path(tmp_path, date.fromisoformat(name))
        path.parent.mkdir(exist_ok=True)
        path.touch()
    stop_log(start_log(tmp_path, DAY))
    names = sorted(path.stem[-10:] for path in (tmp_path / "logs").iterdir())
    assert names == ["2026-11-09", "2026-11-21", "2026-11-22"]


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path):
    (tmp_path / "logs").write_text("a file in the way")
    assert start_log(tmp_path, DAY) is None
