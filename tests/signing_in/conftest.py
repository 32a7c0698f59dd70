"""Signing in against a sandbox, with a keychain in memory.

`keychain`: the keychain. `start`: starts a sandbox, `tools` points to it.
"""

from datetime import date

import pytest

from tests.fake_keychains import FakeKeychain
from xlsx_addin.sandbox import SANDBOX_CREDENTIALS, Sandbox, SandboxOptions
from xlsx_addin.secrets import Secret
from xlsx_addin.signing_in import Form, Tools

TODAY = date(2026, 11, 26)


@pytest.fixture
def keychain():
    return FakeKeychain()


@pytest.fixture
def start():
    running = []

    def begin(**options):
        sandbox = Sandbox(SandboxOptions(**options))
        sandbox.start()
        running.append(sandbox)
        return sandbox

    yield begin
    for sandbox in running:
        sandbox.stop()


@pytest.fixture
def make_tools(tmp_path, keychain):
    """Make tools for a sandbox; other environment variables by name."""

    def make(sandbox, *, changes=None, **variables):
        environ = {
            "XLSX_ADDIN_HOME": str(tmp_path / "home"),
            "AMAZON_BUSINESS_ENDPOINT": sandbox.endpoint,
            "AMAZON_BUSINESS_TOKEN_URL": sandbox.token_url,
        }
        given = {"keychain": lambda: keychain, "today": lambda: TODAY} | (changes or {})
        return Tools(environ | variables, **given)

    return make


@pytest.fixture
def tools(start, make_tools):
    return make_tools(start())


@pytest.fixture
def make_form():
    """Make a form that the sandbox accepts, but for the changes."""

    def make(tools, **changes):
        fields = {
            "client_id": SANDBOX_CREDENTIALS.client_id,
            "client_secret": Secret(SANDBOX_CREDENTIALS.client_secret),
            "grant": Secret(SANDBOX_CREDENTIALS.refresh_token),
        }
        return Form(tools.regions["na"], **(fields | changes))

    return make
