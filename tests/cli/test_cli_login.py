"""Signing in and out as commands, each in a process of its own, with a keychain in a file."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fake_keychains import WINDOWS_LIMIT
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, Sandbox, SandboxOptions

TESTS = Path(__file__).parents[2]
LINE = ("111-1087441-1234567", "92258882544123", "XWwjNjAbC")
WHOLE = {
    "region": "na",
    "client_id": SANDBOX_CREDENTIALS.client_id,
    "client_secret": SANDBOX_CREDENTIALS.client_secret,
    "refresh_token": SANDBOX_CREDENTIALS.refresh_token,
}


@dataclass
class Computer:
    """A computer with a home folder, a keychain, and a sandbox for Amazon."""

    folder: Path
    sandbox: Sandbox
    keychain: str = "tests.fake_keychains.FileKeychain"

    @property
    def home(self):
        return self.folder / "home"

    @property
    def held(self):
        path = self.folder / "keychain.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def environ(self, **variables):
        kept = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith("AMAZON_BUSINESS")
        }
        return kept | {
            "PYTHONPATH": str(TESTS),
            "PYTHON_KEYRING_BACKEND": self.keychain,
            "FAKE_KEYCHAIN": str(self.folder / "keychain.json"),
            "XLSX_ADDIN_HOME": str(self.home),
            "AMAZON_BUSINESS_ENDPOINT": self.sandbox.endpoint,
            "AMAZON_BUSINESS_TOKEN_URL": self.sandbox.token_url,
            **variables,
        }

    def run(self, *words, stdin="", **variables):
        return subprocess.run(  # noqa: S603  # our own words
            [sys.executable, "-m", "xlsx_addin", *words],
            input=stdin,
            env=self.environ(**variables),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def login(self, *words, **changes):
        return self.run("login", "--stdin", "--json", *words, stdin=json.dumps(WHOLE | changes))


@pytest.fixture
def computer(tmp_path):
    with Sandbox(SandboxOptions()) as sandbox:
        yield Computer(tmp_path, sandbox)


def test_signing_in_refreshing_listing_and_signing_out(computer):
    done = computer.login()
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["kept_in"] == "keychain"
    assert max(map(len, computer.held.values())) <= WINDOWS_LIMIT
    found = computer.run("lookup", *LINE, "--json")
    assert json.loads(found.stdout)["results"][0]["status"]
    (profile,) = json.loads(computer.run("profiles", "--json").stdout)["profiles"]
    assert (profile["kept_in"], profile["days_left"]) == ("keychain", 180)
    assert "keychain" in computer.run("profiles").stdout
    out = computer.run("logout", "--json")
    assert json.loads(out.stdout) == {"profiles": {"default": ["keychain"]}}
    assert computer.held == {}
    other = (*LINE[:2], "another")
    assert computer.run("lookup", *other).returncode == 2
    assert computer.run("logout", "--all").stdout == "Profile default was not signed in.\n"


def test_what_is_known_needs_no_keychain(computer):
    computer.login()
    computer.run("lookup", *LINE)
    (computer.folder / "keychain.json").unlink()
    found = computer.run("lookup", *LINE, PYTHON_KEYRING_BACKEND="no.such.Keychain")
    assert found.returncode == 0
    assert "Found" in found.stdout


def test_without_a_keychain_there_is_a_choice(computer):
    computer.keychain = "keyring.backends.fail.Keyring"
    done = computer.run("login", "--stdin", stdin=json.dumps(WHOLE))
    assert done.returncode == 1
    assert "--keep-in-file" in done.stderr
    assert "AMAZON_BUSINESS_CLIENT_SECRET" in done.stderr
    assert not (computer.home / "secrets").exists()
    done = computer.run("login", "--stdin", "--keep-in-file", stdin=json.dumps(WHOLE))
    assert done.returncode == 0
    assert "Only your user can read it" in done.stdout or os.name == "nt"
    assert computer.run("lookup", *LINE).returncode == 0
    assert computer.run("logout").returncode == 0
    assert not list((computer.home / "secrets").iterdir())


def test_the_environment_is_a_source_and_still_wins(computer):
    variables = {f"AMAZON_BUSINESS_{name.upper()}": text for name, text in WHOLE.items()}
    done = computer.run("login", "--from-env", **variables)
    assert done.returncode == 0
    assert "wins" not in done.stderr
    found = computer.run("lookup", *LINE)
    assert found.returncode == 0
    wrong = computer.run("lookup", *LINE, "--all", AMAZON_BUSINESS_CLIENT_SECRET="wrong")
    assert wrong.returncode == 3
    again = computer.run(
        "login", "--stdin", stdin=json.dumps(WHOLE), AMAZON_BUSINESS_CLIENT_SECRET="wrong"
    )
    assert "AMAZON_BUSINESS_CLIENT_SECRET is set in the environment and wins" in again.stderr


def test_a_refusal_is_told_in_words_and_as_json(computer):
    done = computer.login(client_secret="wrong")
    assert done.returncode == 3
    printed = json.loads(done.stdout)
    assert printed["error"]["code"] == "client-refused"
    assert printed["kept_in"] is None
    said = computer.run("login", "--stdin", stdin=json.dumps(WHOLE | {"client_secret": "wrong"}))
    assert "180 days" in said.stdout
    assert said.stdout.endswith("This sign-in was not kept.\n")


def test_an_address_of_the_consent_page_is_enough(computer):
    address = f"https://example.com/cb?code={SANDBOX_CREDENTIALS.code}"
    fields = {key: text for key, text in WHOLE.items() if key != "refresh_token"}
    done = computer.run("login", "--stdin", stdin=json.dumps(fields | {"consent": address}))
    assert done.returncode == 0
    assert computer.run("lookup", *LINE).returncode == 0


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"client_secret": 5}', '{"secret-of-mine": "CANARY"}', '{"region": "mars"}'],
)
def test_standard_input_that_is_not_understood_is_not_repeated(content, computer):
    done = computer.run("login", "--stdin", stdin=content)
    assert done.returncode == 2
    assert "CANARY" not in done.stderr
    assert "secret-of-mine" not in done.stderr


def test_where_nobody_can_be_asked_the_ways_are_told(computer):
    done = computer.run("login")
    assert done.returncode == 2
    assert "--from-env" in done.stderr
    assert "--stdin" in done.stderr


def test_a_sandbox_needs_no_sign_in(computer):
    done = computer.run("login", "--sandbox")
    assert done.returncode == 2
    assert "The sandbox needs no sign-in." in done.stderr


class Terminal:
    """A command on a terminal of its own, answered line by line."""

    def __init__(self, computer, *words):
        import pty  # noqa: PLC0415  # Windows has none

        self.controller, terminal = pty.openpty()
        self.process = subprocess.Popen(  # noqa: S603  # our own words
            [sys.executable, "-m", "xlsx_addin", *words],
            env=computer.environ(),
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
        )
        os.close(terminal)
        self.shown = ""

    def answer(self, question, text):
        self.until(question)
        os.write(self.controller, f"{text}\n".encode())

    def until(self, words):
        start = len(self.shown)
        while words not in self.shown[start:]:
            try:
                more = os.read(self.controller, 4096)
            except OSError:  # Linux ends so
                more = b""
            if not more:
                pytest.fail(f"no {words!r} in {self.shown!r}")
            self.shown += more.decode()

    def end(self):
        try:
            while more := os.read(self.controller, 4096):
                self.shown += more.decode()
        except OSError:
            pass
        os.close(self.controller)
        return self.process.wait(60)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")
def test_on_a_terminal_it_asks_and_shows_no_secret(computer):
    terminal = Terminal(computer, "login", "--profile", "uk")
    terminal.answer("Region", "na")
    terminal.answer("Client id", SANDBOX_CREDENTIALS.client_id)
    terminal.answer("Client secret", SANDBOX_CREDENTIALS.client_secret)
    terminal.answer("Refresh token", SANDBOX_CREDENTIALS.code)
    terminal.answer("Redirect address", "https://example.com/cb")
    assert terminal.end() == 0
    assert "kept in this computer's keychain" in terminal.shown
    for secret in (SANDBOX_CREDENTIALS.client_secret, SANDBOX_CREDENTIALS.code):
        assert secret not in terminal.shown
    assert SANDBOX_CREDENTIALS.client_id in terminal.shown  # the control: this one may be seen
    assert computer.run("lookup", *LINE, "--profile", "uk").returncode == 0


UNLOCK = "echo -n word | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "


@pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("dbus-run-session", "gnome-keyring-daemon")),
    reason="a keychain of Linux needs: apt install dbus gnome-keyring",
)
def test_it_works_with_a_real_keychain(computer, tmp_path):
    run_folder = tmp_path / "run"
    run_folder.mkdir(mode=0o700)
    script = tmp_path / "script.py"
    script.write_text(
        "import subprocess, sys\n"
        "def run(*words, stdin=''):\n"
        "    return subprocess.run([sys.executable, '-m', 'xlsx_addin', *words], input=stdin,\n"
        "        text=True, capture_output=True, timeout=60)\n"
        f"print(run('login', '--stdin', stdin={json.dumps(WHOLE)!r}).returncode)\n"
        f"print(run('lookup', *{LINE!r}).returncode)\n"
        "print(run('logout').stdout)\n"
        f"print(run('lookup', *{LINE!r}, '--all').returncode)\n"
    )
    words = f"{UNLOCK}{shlex.quote(sys.executable)} {shlex.quote(str(script))}"
    environ = computer.environ(
        HOME=str(tmp_path), XDG_RUNTIME_DIR=str(run_folder), XDG_DATA_HOME=str(tmp_path / "data")
    )
    environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.SecretService.Keyring"
    done = subprocess.run(  # noqa: S603  # our own words
        [shutil.which("dbus-run-session"), "--", "sh", "-c", words],
        env=environ,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    signed_out = "Profile default is signed out: nothing is left in keychain."
    assert done.stdout.split("\n") == ["0", "0", signed_out, "", "2", ""]
