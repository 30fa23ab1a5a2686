"""Files that are broken or mean harm: refused with the file and the line, and nothing is changed."""

from __future__ import annotations

import contextlib
import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cdk.nomenclatures import archive
from cdk.nomenclatures.archive import Faulty
from cdk.nomenclatures.switching import take, understand
from passerelle.vocabulary import Shelf
from tests.support.aws import mocked_aws
from tests.support.official import a_small_rome, csv_text, occupation, title, write_rome
from tests.unit.nomenclatures.shelves import Tables, a_changed_rome, a_shelf, everything

CODES = "unix_referentiel_code_rome_v460_utf8.csv"
LINKS = "unix_coherence_item_v460_utf8.csv"


def a_zip(path: Path, **replaced: bytes | str | None) -> Path:
    """The small ROME with the content of some tables replaced; None leaves one out."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as whole:
        for table, rows in a_small_rome().items():
            content = replaced.get(table, csv_text(table, rows))
            if content is not None:
                whole.writestr(f"unix_{table}_v460_utf8.csv", content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(Faulty) as refused:
        understand(path)
    return str(refused.value)


def changed(path: Path, change: Callable[[Tables], object]) -> str:
    return refusal(write_rome(path / "rome.zip", a_changed_rome(change)))


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with mocked_aws():
        yield a_shelf()


def test_a_refused_file_changes_nothing(shelf: Shelf, tmp_path: Path) -> None:
    before = everything(shelf)

    with pytest.raises(Faulty):
        take(shelf, a_zip(tmp_path / "r.zip", coherence_item=None), lambda _: None)

    assert everything(shelf) == before


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    assert "lacks unix_coherence_item_v…_utf8.csv" in refusal(a_zip(tmp_path / "r.zip", coherence_item=None))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t["referentiel_code_rome"].append(occupation("Z9999", "x")), f"{CODES}, line 5: code_rome 'Z9999'"),
        (
            lambda t: t["referentiel_code_rome"].append(occupation("H2901", "x")),
            f"{CODES}, line 5: code_rome H2901 comes",
        ),
        (
            lambda t: t["referentiel_code_rome"].append(occupation("H2903", "")),
            f"{CODES}, line 5: libelle_rome is empty",
        ),
        (lambda t: t["referentiel_code_rome"].append(occupation("H2903", "=1+1")), "begins like a formula"),
        (lambda t: t["referentiel_code_rome"].append(occupation("H2903", "@SUM(A1)")), "begins like a formula"),
        (lambda t: t["referentiel_code_rome"].append(occupation("H2903", "+cmd(1)")), "begins like a formula"),
        (lambda t: t["referentiel_code_rome"].append(occupation("B1101", "x")), "B1101 is of an unknown domain B"),
        (lambda t: t["referentiel_code_rome"].append(["H2903"]), f"{CODES}, line 5: has 1 cells, the header 10"),
        (lambda t: t["referentiel_code_rome"].append(["x"] * 1_000_000), f"{CODES}, line 5: has 1000000 cells"),
        (lambda t: t["referentiel_appellation"].append(title("1", "Pilote", "K9999")), "'K9999' is of no occupation"),
        (lambda t: t["referentiel_competence"].append(t["referentiel_competence"][0]), "code 900001 comes twice"),
        (lambda t: t["coherence_item"].append(["A1101", "1234567", ""]), "1 of 8 rows name items that no other file"),
        (lambda t: t["referentiel_savoir"].clear(), "line 2: there is no row"),
        (lambda t: t["texte"].append(["A1101", "3", "definition", "²", "x"]), "is a sentence of no occupation"),
    ],
)
def test_a_fault_is_told_with_its_file_and_line(change: Callable[[Tables], object], said: str, tmp_path: Path) -> None:
    assert said in changed(tmp_path, change)


def test_every_fault_is_told_at_once_but_not_endlessly(tmp_path: Path) -> None:
    told = changed(tmp_path, lambda t: t["referentiel_code_rome"].extend([occupation("bad", "x")] * 50)).splitlines()

    assert len(told) == 21
    assert told[-1] == "and 80 more"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("code_rome,libelle_rome\n".encode("utf-16"), f"{CODES}, line 1: is not UTF-8"),
        (
            b'"code_rome","libelle_rome"\n"H2901","Ajusteur"\n"H2902","Chaudronni\xe8re"\n',
            f"{CODES}, line 3: is not UTF-8",
        ),
        (b'"code_rome","libelle_rome"\n"H2901","a\0b"\n', f"{CODES}, line 2: holds a NUL"),
        (b"", f"{CODES}, line 1: lacks the columns code_rome, libelle_rome"),
        (b'"code_rome","code_rome","libelle_rome"\n', f"{CODES}, line 1: names the column 'code_rome' twice"),
        (b",".join(b'"c%d"' % at for at in range(1_000_000)), "line 1: has 1000000 columns, more than 64"),
        (b'"code_rome","libelle_rome"\n"H2901","Ajus', f"{CODES}, line 2: is not CSV"),
        (b'"code_rome","libelle_rome"\n"H2901","' + b"a" * 200_000 + b'"\n', f"{CODES}, line 2: is not CSV"),
    ],
    ids=["utf-16", "latin-1", "nul", "empty", "column twice", "a million columns", "cut off", "an endless cell"],
)
def test_a_table_that_cannot_be_read_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    assert said in refusal(a_zip(tmp_path / "r.zip", referentiel_code_rome=content))


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_MEMBER", 3_000_000)
    monkeypatch.setattr(archive, "LARGEST_WHOLE", 5_000_000)
    alone = a_zip(tmp_path / "alone.zip", texte=b"0" * 4_000_000)
    together = a_zip(tmp_path / "together.zip", texte=b"0" * 2_900_000, coherence_item=b"0" * 2_900_000)

    assert alone.stat().st_size < 20_000
    assert "unpacks to more than 2 MB" in refusal(alone)
    assert "unpacks to more than 4 MB" in refusal(together)


def test_a_size_that_lies_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_MEMBER", 3_000_000)
    path = a_zip(tmp_path / "r.zip", texte=b"0" * 4_000_000)
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 4_000_000), struct.pack("<I", 10)))

    assert "r.zip" in refusal(path)


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x.csv", "a/../../x.csv", "..\\x.csv", "C:\\x.csv", "a\nb.csv"])
def test_a_path_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    path = a_zip(tmp_path / "r.zip")
    with zipfile.ZipFile(path, "a") as whole:
        member = zipfile.ZipInfo("x.csv")
        member.filename = member.orig_filename = name
        whole.writestr(member, "x")

    assert "leads elsewhere" in refusal(path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "r.zip")
    with zipfile.ZipFile(path, "a") as whole:
        member = zipfile.ZipInfo("link.csv")
        member.external_attr = 0o120777 << 16
        whole.writestr(member, "/etc/passwd")

    assert "is a link" in refusal(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_comes_twice_is_refused(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "r.zip")
    with zipfile.ZipFile(path, "a") as whole:
        whole.writestr(CODES, "x")

    assert f"holds {CODES} twice" in refusal(path)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "r.zip")
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02")
    raw[at + 8] |= 1
    path.write_bytes(raw)

    assert "is encrypted" in refusal(path)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as whole:
        for number in range(201):
            whole.writestr(f"{number}.csv", "")

    assert "holds 201 files" in refusal(path)


def test_mixed_versions_are_refused(tmp_path: Path) -> None:
    path = a_zip(tmp_path / "r.zip", texte=None)
    with zipfile.ZipFile(path, "a") as whole:
        whole.writestr("unix_texte_v461_utf8.csv", csv_text("texte", a_small_rome()["texte"]))

    assert "mixes versions 460, 461" in refusal(path)


@pytest.mark.parametrize("name", ["absent.zip", "."])
def test_what_is_no_file_is_refused(name: str, tmp_path: Path) -> None:
    assert "is not a file" in refusal(tmp_path / name)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 100_000), st.integers(1, 40), st.binary(max_size=8))
@example(0, 40, b"")
def test_a_file_cut_or_altered_anywhere_is_refused_or_read_never_a_crash(
    tmp_path: Path, at: int, length: int, put: bytes
) -> None:
    path = a_zip(tmp_path / "whole.zip")
    raw = path.read_bytes()
    at %= len(raw)
    (tmp_path / "altered.zip").write_bytes(raw[:at] + put + raw[at + length :])

    with contextlib.suppress(Faulty):
        assert understand(tmp_path / "altered.zip")[0] == "rome"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.sampled_from(["conceptUri", "code,nom,ze2020", "code,nom", "x"]))
def test_any_text_as_a_table_is_refused_or_read(tmp_path: Path, body: str, header: str) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(f"{header}\n{body}".encode(errors="replace"))

    with contextlib.suppress(Faulty):
        assert understand(path)[1]


def test_a_gzip_that_is_none_or_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_MEMBER", 1_000_000)
    bomb, broken = tmp_path / "bomb.csv.gz", tmp_path / "broken.csv.gz"
    bomb.write_bytes(gzip.compress(b"0" * 2_000_000))
    broken.write_bytes(io.BytesIO(b"code,nom\n").read())

    assert "unpacks to more than" in refusal(bomb)
    assert "cannot be unpacked" in refusal(broken)
