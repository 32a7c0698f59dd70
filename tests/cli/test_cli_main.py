"""The entry: JSON on every exit, no traceback without -v, nothing imported for nothing."""

import argparse
import io
import json
import subprocess
import sys
from importlib import import_module

import pytest

import xlsx_addin
from xlsx_addin.cli.common import print_json
from xlsx_addin.cli.main import COMMANDS, main
from xlsx_addin.errors import InputError
from xlsx_addin.jobs.report import RefreshReport

NOTHING = RefreshReport().as_json()


@pytest.fixture
def failing(cli, monkeypatch):
    """Run a command whose work ends in this error."""

    def run(error, *words):
        def fail(_options: argparse.Namespace) -> int:
            raise error

        module = import_module(f"xlsx_addin.cli.{words[0].replace('-', '_')}")
        monkeypatch.setattr(module, "run", fail)
        return cli(*words)

    return run


WORDS = {
    "refresh": ("refresh", "a.xlsx"),
    "transactions": ("transactions", "a.xlsx", "--from", "2025-03-01"),
    "undo": ("undo", "a.xlsx"),
    "demo": ("demo",),
    "lookup": ("lookup", "a", "b", "c"),
    "pdfs": ("pdfs", "a.xlsx", "--to", "out"),
    "new": ("new", "a.xlsx"),
    "login": ("login",),
    "logout": ("logout",),
    "profiles": ("profiles",),
    "settings": ("settings",),
    "sandbox": ("sandbox",),
    "selftest": ("selftest",),
    "add-ids": ("add-ids", "a.xlsx"),
    "payments": ("payments", "a.xlsx"),
    "runs": ("runs",),
    "install": ("install",),
    "uninstall": ("uninstall",),
    "doctor": ("doctor",),
    "log": ("log",),
}
ERRORS = [
    (InputError("Wrong.", next_step="Right it.", code="wrong"), "wrong", 2),
    (KeyboardInterrupt(), "interrupted", 4),
    (ZeroDivisionError("by zero"), "unexpected", 1),
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("error", "code", "exit_code"), ERRORS)
def test_json_is_printed_on_every_exit(error, code, exit_code, command, failing):
    done = failing(error, *WORDS[command], "--json")
    assert done.code == exit_code
    printed = done.json
    assert printed.pop("error").keys() == {"code", "message", "next_step"}
    assert done.json["error"]["code"] == code
    assert printed == (NOTHING if command in {"refresh", "demo"} else {})


@pytest.mark.parametrize(("error", "code", "exit_code"), ERRORS)
def test_verbose_shows_where_an_error_arose(error, code, exit_code, failing):
    assert "Traceback" in failing(error, "log", "-v").err
    done = failing(error, "log")
    assert "Traceback" not in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("words", "shape"),
    [
        (["refresh"], NOTHING),
        (["refresh", "a.xlsx", "--nonsense"], NOTHING),
        (["lookup", "x", "--recheck", "soon"], {}),
        (["nonsense"], {}),
        ([], {}),
    ],
)
def test_wrong_use_has_the_same_shape(words, shape, cli):
    done = cli(*words, "--json")
    assert done.code == 2
    assert done.json | {"error": None} == shape | {"error": None}
    assert done.json["error"]["code"] == "usage"
    assert "Traceback" not in done.err
    assert "Traceback" in cli(*words, "-v").err


def test_an_unexpected_error_shows_no_secret(failing, monkeypatch):
    monkeypatch.setenv("AMAZON_BUSINESS_CLIENT_SECRET", "my-own-SECRET")
    error = ValueError("Atza|SECRET my-own-SECRET ann@example.com")
    for words in (("log", "--json"), ("log", "-v")):
        done = failing(error, *words)
        assert "ValueError" in done.err
        assert "SECRET" not in done.out + done.err
        assert "ann@" not in done.out + done.err


def test_a_bad_home_is_told_and_not_traced(cli, monkeypatch):
    monkeypatch.setenv("XLSX_ADDIN_HOME", "~nobody-of-this-name/folder")
    done = cli("log", "--json")
    assert done.code == 2
    assert "XLSX_ADDIN_HOME" in done.json["error"]["message"]


class Narrow(io.TextIOWrapper):
    """Standard output as a console with an old code page has it."""

    def __init__(self, encoding):
        super().__init__(io.BytesIO(), encoding=encoding, write_through=True)

    @property
    def text(self):
        return self.buffer.getvalue().decode(self.encoding)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8"])
def test_json_is_valid_whatever_the_console_can_show(encoding, monkeypatch):
    value = {"path": "買掛金/März-\N{SNOWMAN}\udcff.xlsx"}
    with Narrow(encoding) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        print_json(value)
        assert json.loads(stream.text) == value


def test_other_output_escapes_what_the_console_cannot_show(tmp_path, home, monkeypatch):
    with Narrow("ascii") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["new", str(tmp_path / "März.xlsx")]) == 0
        assert "M\\xe4rz.xlsx" in stream.text


class Closed(io.StringIO):
    """A pipe whose reader has left."""

    def write(self, _text):
        raise BrokenPipeError

    def fileno(self):
        raise io.UnsupportedOperation


@pytest.mark.parametrize("words", [["log", "--json", "--path"], ["log", "--nonsense", "--json"]])
def test_a_reader_that_left_is_not_told(words, home, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", Closed())
    assert main(words) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("xlsx-addin ")


def test_an_unknown_attribute_of_the_package_is_none():
    assert xlsx_addin.__version__
    with pytest.raises(AttributeError, match="nonsense"):
        xlsx_addin.nonsense  # noqa: B018  # reading it is the test


@pytest.mark.parametrize(
    "statement",
    [
        "import xlsx_addin",
        "from xlsx_addin.cli.main import build_parser; build_parser(['refresh'])",
    ],
)
def test_the_version_is_not_looked_up_for_nothing(statement):
    code = f"{statement}; import sys; sys.exit('importlib.metadata' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)  # noqa: S603  # our own


@pytest.mark.parametrize("module", ["cli.refresh", "excel.worker", "excel.formulas.serving"])
def test_what_asks_amazon_or_signs_in_is_not_loaded_for_nothing(module):
    code = f"""
import sys, xlsx_addin.{module}
sys.exit(bool({{"requests", "keyring", "tomlkit", "xlsx_addin.signing_in"}} & {{*sys.modules}}))
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)  # noqa: S603  # our own


@pytest.mark.parametrize(
    "words", [("lookup", "a", "b", "c"), ("demo", "--rows", "5"), ("refresh", "book.xlsx")]
)
def test_a_sandbox_is_stopped_by_nothing_in_the_environment(
    words, home, cli, monkeypatch, tmp_path, make_book
):
    make_book([("111-1087441-1234567", "92258882544123", "XWwjNjAbC")])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AMAZON_BUSINESS_ENDPOINT", "http://nonsense")
    monkeypatch.setenv("AMAZON_BUSINESS_TOKEN_URL", "nonsense")
    monkeypatch.setenv("AMAZON_BUSINESS_REGION", "mars")
    assert cli(*words, "--sandbox").code == 0


@pytest.mark.parametrize("name", ["demo", "demo.xls", "demo.xlsm", "demo.csv"])
def test_a_demo_with_another_suffix_makes_nothing(name, home, cli, tmp_path):
    path = tmp_path / name
    done = cli("demo", "--rows", 5, "--to", path, "--json")
    assert done.code == 2
    assert done.json["error"]["code"] == "not-xlsx"
    assert "Made" not in done.err
    assert not path.exists()
