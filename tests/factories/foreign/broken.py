"""Files broken by chance: bits, cuts, repetitions, and changes inside of archives."""

import io
import tarfile
import zipfile
from random import Random

from tests.factories.foreign.archives import tarred, zipped

_ODD = [
    b"<", b">", b"&", b"{", b"}", b"=", b"~", b"#", b"%", b"->", b"::", b"\x00", b"\xff\xfe", b"]]>",
    b"<![CDATA[", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&lt;script&gt;", b"1e999", b"-0", b"nan",
    b"[[1]]", b"{1:MC:=a}", b"%100%", b"..", b"../", b"\\", b"'", b'"', b"\n\n", b"\r", "가".encode(),
    b"9" * 40, b"(" * 60, b"<p>" * 60, b"{" * 60, b"$CATEGORY:", b"T#", b"inf",
]  # fmt: skip


def broken(data: bytes, chance: Random) -> bytes:
    """The file with something wrong; archives mostly inside."""
    if data[:2] in (b"PK", b"\x1f\x8b") and chance.random() < 0.8:
        return _inside(data, chance)
    return bent(data, chance)


def bent(data: bytes, chance: Random) -> bytes:
    """Bytes with a few changes."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made) + 1)
        to = min(len(made), at + chance.choice([0, 1, 3, 20, 200]))
        kind = chance.randrange(5)
        if kind == 0:
            made[at:to] = chance.choice(_ODD)
        elif kind == 1:
            del made[at:to]
        elif kind == 2:
            made[at:at] = made[at:to] * chance.choice([1, 2, 50])
        elif kind == 3 and made:
            made[at % len(made)] = chance.randrange(256)
        else:
            made[at:at] = chance.choice(_ODD) * chance.choice([1, 1, 40])
    return bytes(made[:400_000])


def _inside(data: bytes, chance: Random) -> bytes:
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    else:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive_:
            files = {e.name: f.read() for e in archive_ if (f := archive_.extractfile(e))}
    for _ in range(chance.randint(1, 3)):
        name = chance.choice(sorted(files))
        if chance.random() < 0.2:
            del files[name]
        else:
            files[name] = bent(files[name], chance)
        if not files:
            break
    return zipped(files) if data[:2] == b"PK" else tarred(files)
