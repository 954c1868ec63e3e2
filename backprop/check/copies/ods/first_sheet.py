"""A sheet before all others of an OpenDocument spreadsheet, in its content and as the one that its settings show."""

import re
from dataclasses import replace
from html import escape, unescape

from backprop.spreadsheet.new_sheet import NewSheet, first_text, free_name
from backprop.spreadsheet.ods.markup import CONTENT, utf_8
from backprop.spreadsheet.ods.places import Places
from backprop.spreadsheet.ods.sheets import with_first_sheet
from backprop.spreadsheet.package.parts import PackageParts

SETTINGS = "settings.xml"
_PARAGRAPH = re.compile(rb"<(?:[A-Za-z0-9_.-]+:)?p\b[^>]*>(.*?)</(?:[A-Za-z0-9_.-]+:)?p>", re.DOTALL)
_TAG = re.compile(rb"<[^>]*>")
_ACTIVE = re.compile(rb"(<[^<>]*:name=[\"']ActiveTable[\"'][^<>]*>)[^<]*(?=</)")


def show_first(parts: PackageParts, sheet: NewSheet) -> None:
    """Put the sheet there, in place of an earlier one that has its title; the file is opened at it."""
    content = utf_8(parts.read(CONTENT))
    named = replace(sheet, name=_own_name(content, sheet))
    parts.put(CONTENT, with_first_sheet(content, named))
    if SETTINGS in parts.names():
        settings = utf_8(parts.read(SETTINGS))
        name = escape(named.name).encode()
        parts.put(SETTINGS, _ACTIVE.sub(lambda found: found[1] + name, settings))


def _own_name(content: bytes, sheet: NewSheet) -> str:
    """The name of an earlier sheet of that title, else one that no sheet has."""
    tables, title = Places(content, {}).tables, first_text(sheet)
    for name, table in tables.items():
        if name.startswith(sheet.name):
            text = _PARAGRAPH.search(content, *table.span)
            if text is not None and unescape(_TAG.sub(b"", text[1]).decode()) == title:
                return name
    return free_name({name.lower() for name in tables}, sheet.name)
