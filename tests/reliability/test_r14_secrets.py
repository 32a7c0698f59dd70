"""R14: after everything, no secret is anywhere but where its owner put it."""

import shutil
import zipfile
from pathlib import Path

import pytest

from xlsx_addin.sandbox import (
    INVOICES,
    TOKEN,
    Credentials,
    FaultKind,
    FaultPlan,
    FaultRule,
)

SECRET, CONSENT = "canary-secret-5f2a9c", "Atzr|canary-consent-77e1"
CANARIES = (SECRET, CONSENT, "canary-secret", "canary-consent", "Atza|")


def spellings(canary):
    """A secret as it may stand in a file: as it is, quoted for addresses, escaped for JSON."""
    yield canary
    yield canary.replace("|", "%7C")
    yield canary.replace("|", "\\u007c")
    yield "".join(f"{ord(letter):02x}" for letter in canary)


def contents(path):
    """All bytes of a file, and of what is packed in it."""
    content = path.read_bytes()
    yield path.name, content
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                yield f"{path.name}/{name}", package.read(name)


WANTED = {
    spelling.encode(encoding): canary
    for canary in CANARIES
    for spelling in spellings(canary)
    for encoding in ("utf-8", "utf-16-le")
}


def hunt(*places):
    """List where canaries are."""
    files = [
        file
        for place in places
        for file in (place.rglob("*") if place.is_dir() else [place])
        if file.is_file()
    ]
    return [
        (name, canary)
        for file in files
        for name, content in contents(file)
        for spelling, canary in WANTED.items()
        if spelling in content
    ]


@pytest.fixture
def troubled(make_bed):
    """A bed whose account has canaries for secrets, and in which nearly everything goes wrong."""
    client = Credentials("amzn1.application-oa2-client.0123456789abcdef", SECRET, CONSENT)
    rules = [
        FaultRule(kind=FaultKind.EXPIRED_TOKEN, operation=INVOICES, every=5),
        FaultRule(kind=FaultKind.ERROR, operation=INVOICES, every=7, status=500),
        FaultRule(kind=FaultKind.HTML, operation=INVOICES, every=11),
        FaultRule(kind=FaultKind.RESET, operation=INVOICES, every=13),
        FaultRule(kind=FaultKind.ERROR, operation=TOKEN, every=3, status=500),
    ]
    bed = make_bed(credentials=[client], faults=FaultPlan(rules))
    bed.canaries = {
        "AMAZON_BUSINESS_CLIENT_ID": client.client_id,
        "AMAZON_BUSINESS_CLIENT_SECRET": SECRET,
        "AMAZON_BUSINESS_REFRESH_TOKEN": CONSENT,
    }
    return bed


def test_no_secret_is_left_anywhere(troubled, zygote, figures, tmp_path):
    bed = troubled
    temp = tmp_path / "temp"
    temp.mkdir()
    environment = bed.environment | bed.canaries | {"TMPDIR": str(temp)}
    path = bed.book(bed.sandbox.account.line_items(1_000))
    csv = bed.folder / "lines.csv"
    csv.write_text("orderId,orderLineItemId,shipmentId\n1,2,3\n", encoding="utf-8")
    commands = [
        ["refresh", path, "-v", "--details"],
        ["refresh", path, "--all", "--json", "-v"],
        ["refresh", path, "--dry-run"],
        ["lookup", "--csv", csv, "-v"],
        ["undo", path, "-v"],
        ["runs", "--json"],
        ["log"],
        ["log", "--bundle", bed.folder / "support.zip"],
        ["refresh", bed.folder / "missing.xlsx", "-v"],
        ["transactions", path, "--from", "2025-03-03", "--to", "2025-03-04", "-v"],
        ["add-ids", path, "--json", "-v"],
        ["payments", path, "-v"],
        ["pdfs", path, "--to", bed.folder / "pdfs", "--dry-run", "-v"],
    ]
    for number, words in enumerate(commands):
        process = zygote.start(words, environment, bed.folder / f"said-{number}.txt")
        assert process.wait() in range(6), process.said
    # Wrong ones are told about in every word, and so are addresses that lead nowhere.
    for changes in (
        {"AMAZON_BUSINESS_REFRESH_TOKEN": f"{CONSENT}-wrong"},
        {"AMAZON_BUSINESS_CLIENT_SECRET": f"{SECRET}-wrong"},
        {"AMAZON_BUSINESS_TOKEN_URL": f"http://user:{SECRET}@127.0.0.1:9/token"},
        {"AMAZON_BUSINESS_ENDPOINT": "http://127.0.0.1:9"},
        {"AMAZON_BUSINESS_REGION": SECRET},
    ):
        out = bed.folder / f"said-{next(iter(changes))}.txt"
        process = zygote.start(["refresh", path, "--all", "-v"], environment | changes, out)
        assert process.wait() in range(6), process.said
    found = hunt(bed.folder, temp)
    figures("R14", f"{len(commands) + 5} commands under faults", f"{len(found)} secrets found")
    assert not found
    # And the hunt does find one that is there.
    (bed.folder / "home" / "planted.log").write_text(f"x {CONSENT.replace('|', '%7C')} y")
    planted = shutil.make_archive(str(bed.folder / "planted"), "zip", bed.folder / "home")
    assert len(hunt(bed.folder / "home" / "planted.log")) > 0
    assert len(hunt(Path(planted))) > 0


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_no_command_line_of_a_process_shows_a_secret(troubled, zygote, figures):
    bed = troubled
    path = bed.book(bed.sandbox.account.line_items(2_000))
    process = zygote.start(
        ["refresh", path], bed.environment | bed.canaries, bed.folder / "said.txt"
    )
    seen = set()
    while process.codes.empty():
        for one in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.add(one.read_bytes())
            except OSError:
                continue
    process.wait()
    assert not [line for line in seen for canary in CANARIES if canary.encode() in line]
    assert any(b"zygote" in line for line in seen)
    figures("R14", "command lines of all processes", f"0 secrets in {len(seen)} of them")


def test_a_traceback_of_the_whole_program_shows_no_secret(troubled, zygote):
    """A store in the way of its own folder: the error that nobody planned for."""
    bed = troubled
    environment = bed.environment | bed.canaries
    environment["XLSX_ADDIN_STORE"] = str(bed.folder / "home")
    path = bed.book(bed.sandbox.account.line_items(30))
    process = zygote.start(["refresh", path, "-v"], environment, bed.folder / "said.txt")
    assert process.wait() in range(1, 6)
    assert not hunt(bed.folder)
