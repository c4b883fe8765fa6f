"""Translations: Qt's own .ts files, a folder a language, read directly and switched while the window is open."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from struct import pack
from xml.etree.ElementTree import XMLParser, parse

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).resolve().parent / "i18n"
ENGLISH = "en"
_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES = 0x42, 0x69
_END, _TEXT, _SOURCE, _CONTEXT, _COMMENT = 1, 3, 6, 7, 8
LANGUAGES = {ENGLISH: "English", "zh_CN": "简体中文"}


class TsTranslator(QTranslator):
    """A translator with the texts of .ts files (the wheels have no lrelease to compile them).

    The texts are handed to Qt in its own compiled form. A `translate` written in Python would be called in the middle
    of Qt's locks, by whichever thread reads a picture, and would wait there for the thread that holds Python's.

    Parameters
    ----------
    language : str
        One of `LANGUAGES` that has a folder.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self._data = compiled(texts_of(language))  # Qt reads it where it is, as long as this translator lives
        self.loadFromData(self._data)  # type: ignore[arg-type]  # the stubs do not know that bytes are one


def compiled(texts: Mapping[tuple[str, str, str], str]) -> bytes:
    """Return texts, (context, source, comment) to translation, as Qt's .qm files have them.

    References
    ----------
    Qt, ``qtbase/src/corelib/kernel/qtranslator.cpp``: how it is read.
    """
    messages, offsets = b"", []
    for (context, source, comment), text in texts.items():
        offsets.append((_hash(source.encode() + comment.encode()), len(messages)))
        parts = ((_TEXT, text.encode("utf-16-be")), (_COMMENT, comment.encode()), (_SOURCE, source.encode()),
                 (_CONTEXT, context.encode()))  # fmt: skip
        messages += b"".join(pack(">BI", tag, len(part)) + part for tag, part in parts) + bytes([_END])
    hashes = b"".join(pack(">II", *offset) for offset in sorted(offsets))
    sections = ((_HASHES, hashes), (_MESSAGES, messages))
    return _MAGIC + b"".join(pack(">BI", tag, len(section)) + section for tag, section in sections)


def _hash(text: bytes) -> int:
    """Return the hash of an ELF symbol table, which Qt looks texts up by."""
    found = 0
    for letter in text:
        found = (found << 4) + letter
        high = found & 0xF0000000
        found = (found ^ high >> 24) & ~high
    return found or 1


def texts_of(language: str) -> dict[tuple[str, str, str], str]:
    """Read every text of a language: one Qt Linguist file for each room of the desk."""
    texts: dict[tuple[str, str, str], str] = {}
    for path in sorted((FOLDER / language).glob("*.ts")):
        texts.update(read_ts(path))
    return texts


def read_ts(path: Path) -> dict[tuple[str, str, str], str]:
    """Read (context, source, comment) to translation from a .ts file; unfinished ones are left out."""
    texts: dict[tuple[str, str, str], str] = {}
    for context in parse(path, XMLParser()).getroot().iter("context"):  # noqa: S314  our own file
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None:
                continue
            if translation.text:
                texts[name, message.findtext("source", ""), message.findtext("comment", "")] = translation.text
    return texts


def chosen_language(setting: str) -> str:
    """Return the language to show: of the environment, else of the settings, else of the system."""
    wished = os.environ.get("LIDAR_LABEL_LANG") or setting or QLocale.system().name()
    if wished in LANGUAGES:
        return wished
    return "zh_CN" if wished.lower().startswith("zh") else ENGLISH


class Language:
    """The language in use; `use` installs another one and Qt tells every widget."""

    def __init__(self) -> None:
        self.name = ENGLISH
        self._translators: list[QTranslator] = []

    def use(self, name: str) -> None:
        """Switch to a language of `LANGUAGES`."""
        if name == self.name:
            return
        for translator in self._translators:
            QCoreApplication.removeTranslator(translator)
        self._translators.clear()
        if name != ENGLISH:
            of_qt = QTranslator()  # the buttons of Qt's own dialogs
            if of_qt.load(f"qtbase_{name}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
                self._translators.append(of_qt)
            self._translators.append(TsTranslator(name))
        for translator in self._translators:
            QCoreApplication.installTranslator(translator)
        self.name = name
