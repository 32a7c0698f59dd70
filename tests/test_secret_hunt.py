"""No secret is left anywhere: canaries are planted, runs go wrong, all traces are searched."""

import json
import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, Sandbox, SandboxOptions

PROJECT = Path(__file__).parents[1]
CANARY = replace(
    SANDBOX_CREDENTIALS,
    client_secret="canary-secret-5b1f",
    refresh_token="Atzr|canary-token-9c2e",
    code="canary-code-77d0",
)
CANARIES = ("canary-secret-5b1f", "canary-token-9c2e", "canary-code-77d0")
LINE = ("111-1087441-1234567", "92258882544123", "XWwjNjAbC")

FAILING = """
import sys, xlsx_addin.amazon.tokens as tokens
from xlsx_addin.cli.main import main

def fail(response):
    bare = " and ".join(tokens.canary.values())
    raise ZeroDivisionError(f"the answer to {bare} and to {tokens.canary} cannot be read")

make = tokens._request
def remember(url, form, agent):
    tokens.canary = form
    return make(url, form, agent)

tokens._request, tokens._read = remember, fail
sys.exit(main(sys.argv[1:]))
"""
"""A run in which the error itself holds the secrets."""


@pytest.fixture
def leave_traces(tmp_path):
    """Sign in with canaries, let runs go well and wrong, and give all that is seen afterwards."""
    keychain = tmp_path / "keychain.json"
    home = tmp_path / "home"
    said = []

    def run(*words, stdin="", script=None):
        start = [sys.executable, "-c", script] if script else [sys.executable, "-m", "xlsx_addin"]
        done = subprocess.run(  # noqa: S603  # our own words
            [*start, *words],
            input=stdin,
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        said.append(done.stdout + done.stderr)
        return done.returncode

    with Sandbox(SandboxOptions(credentials=[CANARY])) as sandbox:
        environ = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith("AMAZON_BUSINESS")
        } | {
            "PYTHONPATH": str(PROJECT),
            "PYTHON_KEYRING_BACKEND": "tests.fake_keychains.FileKeychain",
            "FAKE_KEYCHAIN": str(keychain),
            "XLSX_ADDIN_HOME": str(home),
            "AMAZON_BUSINESS_ENDPOINT": sandbox.endpoint,
            "AMAZON_BUSINESS_TOKEN_URL": sandbox.token_url,
        }
        whole = {"client_id": CANARY.client_id, "client_secret": CANARY.client_secret}
        token = whole | {"refresh_token": CANARY.refresh_token}
        code = whole | {"consent": f"https://example.com/cb?code={CANARY.code}"}
        codes = [run("login", "--stdin", "-v", stdin=json.dumps(code))]
        codes += [run("login", "--stdin", "-v", "--json", stdin=json.dumps(code))]  # used up
        codes += [run("login", "--stdin", "-v", stdin=json.dumps(token))]
        codes += [run("lookup", *LINE, "-v")]
        codes += [run("lookup", *LINE, "--all", "-v", script=FAILING)]
        codes += [run("profiles", "--json", "-v"), run("settings", "-v"), run("log")]
        assert codes == [0, 3, 0, 0, 1, 0, 0, 0]
    return home, keychain, said


def found(home, said):
    """List where canaries are, of files by their bytes."""
    places = {path.name: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    places |= {f"output {number}": text.encode() for number, text in enumerate(said)}
    return {
        (name, canary)
        for name, text in places.items()
        for canary in CANARIES
        if canary.encode() in text
    }


def test_no_secret_is_in_logs_settings_store_or_output(leave_traces):
    home, keychain, said = leave_traces
    assert not found(home, said)
    # The controls: the secrets were really there, the failure really had them in its words, and
    # the hunt finds what is planted.
    held = "".join(json.loads(keychain.read_text()).values())
    assert all(canary in held for canary in CANARIES[:2])
    assert any("ZeroDivisionError: the answer to refresh_token and ***" in text for text in said)
    names = {path.name for path in home.rglob("*") if path.is_file()}
    assert {"settings.toml", "store.sqlite"} <= names
    (log,) = (home / "logs").iterdir()
    log.write_text(log.read_text() + CANARIES[1])
    assert found(home, [*said, f"x{CANARIES[0]}x"]) == {
        (log.name, CANARIES[1]),
        (f"output {len(said)}", CANARIES[0]),
    }


def test_nothing_of_the_program_shows_secrets_when_it_is_printed():
    from xlsx_addin.amazon.tokens import Consent  # noqa: PLC0415
    from xlsx_addin.excel.desk import Entries  # noqa: PLC0415
    from xlsx_addin.secrets import Credentials, Secret  # noqa: PLC0415
    from xlsx_addin.settings import load_settings  # noqa: PLC0415
    from xlsx_addin.signing_in import Form, Tools  # noqa: PLC0415

    secret, token, code = map(Secret, CANARIES)
    environ = {
        "AMAZON_BUSINESS_CLIENT_SECRET": CANARIES[0],
        "AMAZON_BUSINESS_REFRESH_TOKEN": CANARIES[1],
    }
    settings = load_settings(environ)
    shown = [
        Credentials("id", secret, token),
        Consent(code, "https://example.com"),
        settings,
        Form(settings.region, "id", secret, token),
        Entries("default", "na", "id", *CANARIES),
        Tools(environ),
    ]
    for one in shown:
        assert not any(canary in f"{one!r} {one}" for canary in CANARIES)
    logging.getLogger("xlsx_addin.test").info("%r", shown)
