import json
import logging
from datetime import date
from urllib.parse import quote, urlencode

import pytest

from xlsx_addin.core.line_items import LineItem
from xlsx_addin.logs import (
    Redactor,
    hide,
    kept_logs,
    log_path,
    redact,
    show_log,
    start_log,
    stop_log,
)

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
        "grant_type=authorization_code&code=SECRET&x=1",
        "https://example.com/back?code=SECRET",
        "grant_type%3Dauthorization_code%26code%3DSECRET",
        '{"code": "SECRET"}',
        '{"client_secret": "my SECRET, with \\"SECRET\\" blanks"}',
        "{'refresh_token': 'a SECRET'}",
        r'"{\"client_secret\": \"my SECRET\"}"',
        '{"client_secret": "my SECRET never ends',
        "client_secret%3DSECRET",
        "Client_secret = SECRET",
        "the secret is my-own-SECRET.",
        "https://ann:SECRET@proxy.example:8080",
        "client-secret = 'SECRET'",
    ],
)
def test_secrets_are_masked(text):
    assert "SECRET" not in redact(text, ["my-own-SECRET"])


def test_a_client_id_is_shortened_and_an_address_masked():
    text = redact("amzn1.application-oa2-client.abcd1234567890 for ann.lee+ap@example.co.uk")
    assert text == "amzn1.application-oa2-client.…7890 for (e-mail)"


@pytest.mark.parametrize(
    "text",
    [
        "x-amzn-RequestId a915abe5-33e0-4bd5-a6e9-45ae0033bedd status 403 in 12 ms",
        "status code=400",
        "error code: 403",
        "exit code: 2",
        "AMAZON_BUSINESS_REFRESH_TOKEN missing",
    ],
)
def test_request_ids_numbers_and_codes_stay(text):
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a=1&code=SECRET&b=2", "a=1&code=********&b=2"),
        ("client_secret%3DSECRET%26b%3D2", "client_secret%3D********%26b%3D2"),
        ('{"client_secret": "a, b", "id": "c"}', '{"client_secret": "********", "id": "c"}'),
        ("{'refresh_token': 'a b', 'n': 1}", "{'refresh_token': '********', 'n': 1}"),
    ],
)
def test_what_stands_beside_a_secret_stays(text, masked):
    assert redact(text) == masked


def test_records_and_tracebacks_go_redacted_into_the_file_of_the_day(tmp_path):
    handler = start_log(tmp_path, DAY, Redactor(["my-own-SECRET"]))
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
    stop_log(start_log(tmp_path, DAY, Redactor()))
    names = sorted(path.stem[-10:] for path in (tmp_path / "logs").iterdir())
    assert names == ["2026-11-09", "2026-11-21", "2026-11-22"]


def test_an_old_file_that_cannot_be_removed_stops_nobody(tmp_path):
    in_use = log_path(tmp_path, date(2026, 11, 1))
    in_use.mkdir(parents=True)  # a folder cannot be removed as a file, whoever we are
    removable = log_path(tmp_path, date(2026, 11, 2))
    removable.touch()
    handler = start_log(tmp_path, DAY, Redactor())
    logging.getLogger("xlsx_addin.test").error("heard")
    stop_log(handler)
    assert "heard" in log_path(tmp_path, DAY).read_text("utf-8")
    assert in_use.exists()
    assert not removable.exists()


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path):
    (tmp_path / "logs").write_text("a file in the way")
    handler = start_log(tmp_path, DAY, Redactor())
    logging.getLogger("xlsx_addin.test").error("heard by nobody")
    stop_log(handler)
    assert (tmp_path / "logs").read_text() == "a file in the way"


def test_a_wrong_folder_keeps_no_secret_from_being_hidden(tmp_path):
    (tmp_path / "logs").write_text("a file in the way")
    mask = Redactor()
    handler = start_log(tmp_path, DAY, mask)
    hide("learnt-later")
    stop_log(handler)
    assert mask("learnt-later") == "********"


SPELT = 'q"uo\\te\nü +%&'


@pytest.mark.parametrize(
    "text",
    [
        SPELT,
        repr(SPELT),
        repr({"key": SPELT}),
        json.dumps(SPELT),
        json.dumps([SPELT], ensure_ascii=False),
        quote(SPELT, safe=""),
        urlencode({"x": SPELT}),
    ],
)
def test_a_secret_is_masked_however_it_is_spelt(text):
    masked = Redactor([SPELT])(text)
    assert "********" in masked
    assert "te" not in masked


def test_of_two_secrets_the_longer_is_masked_whole():
    mask = Redactor(["short"])
    mask.hide("shorter-than-most", "")
    assert mask("shorter-than-most, short, x") == "********, ********, x"


@pytest.mark.parametrize("show", [False, True])
def test_secrets_learnt_later_are_masked_everywhere_in_a_record(show, tmp_path, capsys):
    mask = Redactor()
    handler = show_log(mask) if show else start_log(tmp_path, DAY, mask)
    hide("learnt-SECRET")
    log = logging.getLogger("xlsx_addin.test")
    error = ValueError("because of learnt-SECRET")
    error.__cause__ = KeyError("learnt-SECRET")
    log.error("message learnt-SECRET %s", {"key": "learnt-SECRET"}, exc_info=error)
    log.warning("extra", extra={"token": "learnt-SECRET"}, stack_info=True)
    log.warning("%(a)s", {"a": "learnt-SECRET"})
    stop_log(handler)
    text = capsys.readouterr().err if show else log_path(tmp_path, DAY).read_text("utf-8")
    assert "KeyError" in text
    assert "Stack (most recent call last)" in text
    assert "message ********" in text
    assert "SECRET" not in text


@pytest.mark.parametrize(
    "break_", ["\n", "\r\n", "\x0b", "\x0c", "\x1d", "\x85", "\u2028", "\u2029"]
)
def test_a_record_is_one_line_whatever_is_in_it(break_, tmp_path):
    handler = start_log(tmp_path, DAY, Redactor())
    logging.getLogger("xlsx_addin.test").warning("%s: busy", f"two{break_}lines.xlsx")
    stop_log(handler)
    (line,) = log_path(tmp_path, DAY).read_text("utf-8").splitlines()
    assert line.endswith("lines.xlsx: busy")


def test_ids_of_what_was_bought_are_masked():
    text = redact(
        "111-1087441-1234567 D01-1087441-1234567 92258882544123 9225888254412 of 20261122"
    )
    assert text == "(ID) (ID) (ID) (ID) of 20261122"


@pytest.mark.parametrize(
    "text",
    [
        repr(LineItem("111-1087441-1234567", "92258882544123", "XWwjNjAbC")),
        '{"orderId": "111-1087441-1234567", "shipmentId": "XWwjNjAbC"}',
        repr({"invoiceNumber": "XWwjNjAbC"}),
        json.dumps('{"consolidatedInvoiceNumber": "XWwjNjAbC"}'),
        "Detail(invoice_number='XWwjNjAbC', invoice_date=None)",
    ],
)
def test_ids_and_invoice_numbers_are_masked_by_their_names(text):
    masked = redact(text)
    assert "(ID)" in masked
    assert "XWwjNjAbC" not in masked


def test_kept_logs_are_listed_oldest_first(tmp_path):
    assert kept_logs(tmp_path) == []
    for name in ("2026-11-21", "2026-11-09"):
        path = log_path(tmp_path, date.fromisoformat(name))
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "logs" / "notes.txt").touch()
    assert [path.stem[-2:] for path in kept_logs(tmp_path)] == ["09", "21"]
