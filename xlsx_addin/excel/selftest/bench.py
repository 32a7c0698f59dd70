"""Where the self-test works: a sandbox in this process and a home folder that is thrown away."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from xlsx_addin.app import App
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.excel.selftest.lines import ONE_INVOICE_EACH, SPECIAL, Expected, expected
from xlsx_addin.logs import kept_logs
from xlsx_addin.sandbox import INVOICES, UNLIMITED, Sandbox, SandboxOptions
from xlsx_addin.settings import Settings, load_settings
from xlsx_addin.settings_file import SETTINGS_FILE
from xlsx_addin.store.contract import RunRecord

_OURS: Final = ("AMAZON_BUSINESS_", "XLSX_ADDIN_")
"""How the variables begin that this program reads."""

HOME_VARIABLE: Final = "XLSX_ADDIN_HOME"
"""Marks the processes of the self-test: no other one has its folder there."""

_QUICK: Final = 1_000.0
_TELLING: Final = (" WARNING ", " ERROR ")

ORDINARY: Final = 40
MANY: Final = 300
FORMULAS: Final = 42


class Bench:
    """Everything that processes of the self-test share.

    Args:
        folder: an empty one for workbooks and the program's own files; the caller removes it.
        sandbox: runs.
    """

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir()
        self.sandbox = sandbox
        lines = sandbox.account.line_items(ORDINARY + MANY + FORMULAS)
        self.lines: Sequence[LineItem] = [*lines[:ORDINARY], *SPECIAL]
        self.many: Sequence[LineItem] = lines[ORDINARY : ORDINARY + MANY]
        self.for_formulas: Sequence[LineItem] = lines[ORDINARY + MANY :]
        self.be_quick()

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables that point this program to it, and to nothing else."""
        return {HOME_VARIABLE: str(self.home), **self.sandbox.environment}

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Make the environment of a process that must not know of any real account.

        Args:
            environ: the environment of this process.
        """
        # Windows knows no small letters in names of variables.
        kept = {name: one for name, one in environ.items() if not name.upper().startswith(_OURS)}
        return kept | self.variables

    def settings(self) -> Settings:
        """Give the settings that a button would read now."""
        return load_settings(self.variables)

    def be_quick(self) -> None:
        """Let requests follow each other as fast as they are answered."""
        self._pace(_QUICK, _QUICK)

    def be_slow(self, rate_per_s: float) -> None:
        """Let requests wait for each other.

        Args:
            rate_per_s: how many there are each second.
        """
        self._pace(rate_per_s, 1.0)

    def _pace(self, rate_per_s: float, burst: float) -> None:
        lines = ("[profiles.default]", f"rate_per_s = {rate_per_s}", f"burst = {burst}")
        (self.home / SETTINGS_FILE).write_text("\n".join(lines), encoding="utf-8")

    @property
    def requests(self) -> int:
        """How many requests for invoices have come so far."""
        return self.sandbox.requests.count(INVOICES)

    def asked_about(self) -> Counter[LineItem]:
        """Count how often each line item was asked about so far."""
        return self.sandbox.requests.line_items()

    def expected(self, lines: Sequence[LineItem]) -> list[Expected]:
        """Tell what rows have to show.

        Args:
            lines: their line items.
        """
        return [expected(self.sandbox.account, line) for line in lines]

    def latest_run(self) -> RunRecord | None:
        """Give the run that began last, None if there was none."""
        with App(self.settings()) as app:
            return next(iter(app.runs(1)), None)

    def warnings(self) -> list[str]:
        """List what the program has logged as a warning or worse, the latest last."""
        return [
            line
            for path in kept_logs(self.home)
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
            if any(word in line for word in _TELLING)
        ]


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """Start the sandbox and end it with the `with` block.

    Args:
        folder: an empty one.
    """
    options = SandboxOptions(
        region="eu",
        limits={INVOICES: UNLIMITED},
        rate_header=False,
        shares=ONE_INVOICE_EACH,
        overrides=SPECIAL,
    )
    with Sandbox(options) as sandbox:
        yield Bench(folder, sandbox)
