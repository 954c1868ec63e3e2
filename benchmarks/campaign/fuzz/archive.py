"""Workbooks broken at random: the file's bytes, its zip directory, a part, what parts there are."""

import io
import random
import struct
import zipfile

from benchmarks.campaign.fuzz.text import WORDS, broken_bytes
from benchmarks.campaign.fuzz.xml import STRICT, TRANSITIONAL, broken_xml

_LOCAL, _ENTRY, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def broken_archive(draw: random.Random, content: bytes) -> bytes:
    """A workbook, most often with one or a few parts changed and everything else as it was."""
    kind = draw.random()
    if kind < 0.08:
        return broken_bytes(draw, content)
    if kind < 0.2:
        return _directory(draw, content)
    parts = _parts(content)
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    if kind < 0.85:
        sheets = [name for name in names if "sheet" in name or name == "content.xml"]
        for _ in range(draw.choice((1, 1, 2))):
            name = draw.choice(sheets if sheets and draw.random() < 0.6 else names)
            parts[name] = broken_xml(draw, parts[name])
    elif kind < 0.95:
        _other_parts(draw, parts)
    else:
        parts = {name: body.replace(TRANSITIONAL.encode(), STRICT.encode()) for name, body in parts.items()}
        name = draw.choice(names)
        parts[name] = broken_xml(draw, parts[name])
    return _packed(draw, parts)


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _packed(draw: random.Random, parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    method = draw.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return stream.getvalue()


def _directory(draw: random.Random, content: bytes) -> bytes:
    """Some field of the zip's directory, of a part's own header or of the end record is another number."""
    changed = bytearray(content)
    for _ in range(draw.choice((1, 1, 2, 3))):
        sign, size = draw.choice(((_LOCAL, 30), (_ENTRY, 46), (_END, 22)))
        places = (
            [at for at in range(len(changed)) if changed.startswith(sign, at)]
            if len(changed) < 200_000
            else [changed.rfind(sign)]
        )
        if not places or places[0] < 0:
            continue
        at = draw.choice(places) + draw.randrange(4, size - 2)
        if at + 4 <= len(changed):
            struct.pack_into(
                "<I", changed, at, draw.choice((0, 1, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFF, draw.randrange(1 << 20)))
            )
    return bytes(changed)


def _other_parts(draw: random.Random, parts: dict[str, bytes]) -> None:
    """A part is missing, doubled, renamed, empty or somebody else's."""
    name, other = draw.choice(list(parts)), draw.choice(list(parts))
    match draw.randrange(5):
        case 0:
            del parts[name]
        case 1:
            parts[name] = parts[other]
        case 2:
            parts[draw.choice(WORDS)[:80].partition("\0")[0] or "x"] = parts.pop(name)  # zipfile cuts a name there
        case 3:
            parts[name] = draw.choice((b"", b"<x/>", b"\0" * 100, b"PK\x03\x04", b" " * 5_000))
        case 4:
            parts[name.upper() if draw.random() < 0.5 else f"../{name}"] = parts[name]
