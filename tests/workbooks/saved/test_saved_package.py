"""Members that do not change are copied as they lie in the file, whatever the zip looks like."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.workbooks.saved import corpus
from xlsx_addin.errors import WorkbookBusy, WorkbookError
from xlsx_addin.workbooks.saved.assemble import Changes, assemble
from xlsx_addin.workbooks.saved.deflate import Deflated, compress_with_isal, compress_with_zlib
from xlsx_addin.workbooks.saved.directory import CENTRAL, END
from xlsx_addin.workbooks.saved.inflate import Unreadable, inflate
from xlsx_addin.workbooks.saved.package import Package, part_key


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "march.xlsx"


def assembled(
    path: Path,
    contents: Mapping[str, Iterable[bytes]] | None = None,
    dropped: frozenset[str] = frozenset(),
) -> bytes:
    out = io.BytesIO()
    with ExitStack() as stack:
        made = {
            name: stack.enter_context(Deflated(blocks)) for name, blocks in (contents or {}).items()
        }
        assemble(Package(path), Changes(made, dropped), out)
    return out.getvalue()


def zipped(path: Path, contents: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("change", corpus.PACKAGE_CHANGES)
def test_a_package_without_changes_is_the_same_file(
    path: Path, change: Callable[[Path, Path], Path]
) -> None:
    change(corpus.drawings(path.with_stem("plain")), path)
    assert assembled(path) == path.read_bytes()


def test_a_changed_member_keeps_its_place_date_and_attributes(path: Path) -> None:
    zipped(path, {"a": b"1", "b": b"2", "c": b"3"})
    out = assembled(path, {"b": [b"new", b"er"]})
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(io.BytesIO(out)) as new:
        assert new.testzip() is None
        assert new.namelist() == ["a", "b", "c"]
        assert new.read("b") == b"newer"
        assert new.getinfo("b").date_time == old.getinfo("b").date_time
        assert new.getinfo("b").external_attr == old.getinfo("b").external_attr


def test_members_are_dropped_and_added(path: Path) -> None:
    zipped(path, {"a": b"1", "b": b"2"})
    out = assembled(path, {"c": [b"3"]}, frozenset({"A"}))
    with zipfile.ZipFile(io.BytesIO(out)) as new:
        assert new.testzip() is None
        assert new.namelist() == ["b", "c"]
        assert new.getinfo("c").date_time == (1980, 1, 1, 0, 0, 0)


def with_zip64_offset(path: Path) -> None:
    """Move the offset of the last member into a zip64 field, as very large files have it."""
    data = path.read_bytes()
    start = data.index(b"PK\1\2")
    at = data.rindex(b"PK\1\2")
    fields = list(CENTRAL.unpack_from(data, at))
    field = struct.pack("<2HQ", 1, 8, fields[16])
    fields[16], fields[11] = 0xFFFFFFFF, len(field)
    name_end = at + CENTRAL.size + fields[10]
    end = data.rindex(b"PK\5\6")
    directory = data[start:at] + CENTRAL.pack(*fields) + data[at + CENTRAL.size : name_end] + field
    tail = list(END.unpack_from(data, end))
    tail[5] = len(directory)
    path.write_bytes(data[:start] + directory + END.pack(*tail))


def test_an_offset_in_a_zip64_field_is_moved(path: Path) -> None:
    zipped(path, {"a": b"1" * 50, "b": b"2" * 50})
    with_zip64_offset(path)
    assert assembled(path) == path.read_bytes()
    out = assembled(path, {"a": [b"longer " * 99]})
    with zipfile.ZipFile(io.BytesIO(out)) as new:
        assert new.read("b") == b"2" * 50
        assert new.testzip() is None


def test_names_are_found_in_any_case_and_spelling() -> None:
    assert part_key("/XL\\Workbook.xml") == part_key("xl/workbook.xml")


@pytest.mark.parametrize("package", ["zlib", "isal"])
@pytest.mark.parametrize("size", [0, 1, 10, 600_000, 3_000_000])
def test_what_is_deflated_is_inflated_again(size: int, package: str) -> None:
    if package == "isal":
        pytest.importorskip("isal")
    compress = compress_with_isal if package == "isal" else compress_with_zlib
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    out = io.BytesIO()
    with Deflated([content[at : at + 70_000] for at in range(0, size, 70_000)], compress) as made:
        made.copy_to(out)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    assert inflater.decompress(out.getvalue()) == content
    assert (inflater.eof, inflater.unused_data) == (True, b"")
    assert (made.size, made.crc) == (size, zlib.crc32(content))
    assert made.compressed == len(out.getvalue())


@pytest.mark.parametrize("package", ["zlib", "isal"])
@pytest.mark.parametrize("step", [7, 1000, 10_000_000])
@pytest.mark.parametrize("size", [100, 1 << 18])
def test_content_is_inflated_in_blocks_of_bounded_size(step: int, size: int, package: str) -> None:
    if package == "isal":
        pytest.importorskip("isal")
    content = b"".join(b'<c r="A%d"/>' % number for number in range(3000)) + bytes(50_000)
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    pieces = [packed[at : at + step] for at in range(0, len(packed), step)]
    blocks = list(inflate(iter(pieces), size, with_isal=package == "isal"))
    assert b"".join(blocks) == content
    assert max(map(len, blocks)) <= size
    cut = inflate(iter([packed[: len(packed) // 2]]), size, with_isal=package == "isal")
    assert content.startswith(b"".join(cut))


@pytest.mark.parametrize("package", ["zlib", "isal"])
def test_what_was_not_deflated_is_unreadable(package: str) -> None:
    if package == "isal":
        pytest.importorskip("isal")
    with pytest.raises(Unreadable):
        list(inflate(iter([b"\xff" * 100]), 1000, with_isal=package == "isal"))


def test_an_error_while_content_is_made_comes_through() -> None:
    def blocks() -> Iterator[bytes]:
        yield b"x" * 2_000_000
        raise WorkbookError("no more")

    with pytest.raises(WorkbookError, match="no more"):
        Deflated(blocks())


def patched(at: int, form: str, value: int) -> Callable[[bytes], bytes]:
    """Change a field of the first central header."""

    def patch(data: bytes) -> bytes:
        changed = bytearray(data)
        struct.pack_into(form, changed, data.index(b"PK\1\2") + at, value)
        return bytes(changed)

    return patch


def patched_end(at: int, form: str, value: int) -> Callable[[bytes], bytes]:
    """Change a field of the end record."""

    def patch(data: bytes) -> bytes:
        changed = bytearray(data)
        struct.pack_into(form, changed, data.index(b"PK\5\6") + at, value)
        return bytes(changed)

    return patch


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        (patched(8, "<H", 1), "encrypted"),
        (patched(10, "<H", 12), "unknown way"),
        (patched(16, "<L", 1), "checksum"),
        (patched(20, "<L", 1 << 30), "cut"),
        (patched(24, "<L", 1), "larger than it says"),
        (patched(24, "<L", 5001), "checksum"),
        (patched(24, "<L", 0xFFFFFFFF), "zip64"),
        (patched(28, "<H", 9999), "cut"),
        (patched(42, "<L", 7), "not where it should be"),
        (patched(42, "<L", 1 << 30), "overlap"),
        (patched_end(4, "<H", 3), "volumes"),
        (patched_end(10, "<H", 3), "cut"),
        (patched_end(10, "<H", 0xFFFF), "zip64"),
        (patched_end(12, "<L", 1 << 30), "cut"),
        (patched_end(16, "<L", 0), "cut"),
        (lambda data: data[:-4], "end of the file"),
        (lambda data: data[:-30] + b"\0" * 30, "end of the file"),
        (lambda _: b"", "end of the file"),
    ],
)
def test_a_zip_that_lies_is_refused(
    path: Path, patch: Callable[[bytes], bytes], words: str
) -> None:
    zipped(path, {"a": b"1" * 5000, "b": b"2"})
    path.write_bytes(patch(path.read_bytes()))
    with pytest.raises(WorkbookError, match=words):
        Package(path).read("a")


def test_members_that_share_bytes_are_refused(path: Path) -> None:
    """Overlapping members are how a small file inflates to a giant one."""
    zipped(path, {"a": b"1", "b": b"2"})
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.rindex(b"PK\1\2") + 42, 0)
    path.write_bytes(data)
    with pytest.raises(WorkbookError, match="overlap"):
        Package(path)


def test_a_part_that_is_too_large_is_refused(path: Path) -> None:
    package = Package(zipped(path, {"a": b"1" * 100}))
    with pytest.raises(WorkbookError, match="100 bytes"):
        package.read("a", limit=99)
    assert package.read("a", limit=100)


def test_a_part_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(WorkbookError, match=r"x\.xml is missing"):
        Package(zipped(path, {"a": b""})).read("x.xml")


def test_a_file_changed_meanwhile_is_not_read_on(path: Path) -> None:
    package = Package(zipped(path, {"a": b"1"}))
    zipped(path, {"a": b"1", "b": b"2"})
    with pytest.raises(WorkbookBusy, match="changed"):
        package.read("a")
