"""Translations: Qt's own .ts files, a folder a language, read directly and switched while the window is open."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree.ElementTree import XMLParser, parse

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).resolve().parent / "i18n"
ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "zh_CN": "简体中文"}


class TsTranslator(QTranslator):
    """A translator that looks texts up in .ts files (the wheels have no lrelease to compile them).

    Parameters
    ----------
    language : str
        One of `LANGUAGES` that has a folder.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self._texts = texts_of(language)

    def isEmpty(self) -> bool:
        """Say whether it holds no text."""
        return not self._texts

    def translate(  # type: ignore[override]  # None is how a translator says it does not know
        self,
        context: str | None,
        source: str | None,
        disambiguation: str | None = None,
        n: int = -1,  # noqa: ARG002  Qt's signature
    ) -> str | None:
        """Return the text in the other language, or None where there is none."""
        return self._texts.get((context or "", source or "", disambiguation or ""))


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
