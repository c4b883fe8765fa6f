"""Translations: every text the desk shows has one, and a switch of language reaches the window."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from lidar_label.gui.translate import ENGLISH, LANGUAGES, Language, TsTranslator, chosen_language, texts_of

GUI = Path(__file__).resolve().parent.parent.parent / "gui"
Text = tuple[str, str]


def texts_in(path: Path) -> Iterator[Text]:
    """Yield (context, text) of everything in a file that is shown to a person."""
    tree = ast.parse(path.read_text("utf-8"))
    scopes: list[tuple[ast.AST, str]] = [(tree, "")]
    while scopes:
        node, context = scopes.pop()
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, ast.ClassDef) else context
            scopes.append((child, inner))
            if isinstance(child, ast.Call):
                yield from _texts_of_call(child, context, path)


def _texts_of_call(call: ast.Call, context: str, path: Path) -> Iterator[Text]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    words = [arg.value if isinstance(arg, ast.Constant) else None for arg in call.args]
    if name == "tr":
        assert isinstance(words[0], str), f"{path}:{call.lineno}: tr() needs a plain text"
        yield context, words[0]
    elif name in ("translate", "QT_TRANSLATE_NOOP", "_T") and len(words) >= 2 and isinstance(words[1], str):
        assert isinstance(words[0], str), f"{path}:{call.lineno}: a context is a plain text"
        yield words[0], words[1]


def all_texts() -> list[Text]:
    found = {text for path in sorted(GUI.rglob("*.py")) for text in texts_in(path)}
    return sorted(found)


def test_no_class_that_others_inherit_from_asks_for_texts_by_its_own_name() -> None:
    """Qt looks for what `tr` is given among the texts of the class that was made, not of the one that calls it."""
    asking, inherited = set(), set()
    for path in sorted(GUI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                inherited |= {ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases}
                calls = (call.func for call in ast.walk(node) if isinstance(call, ast.Call))
                if any(isinstance(name, ast.Attribute) and name.attr == "tr" for name in calls):
                    asking.add(node.name)
    assert asking & inherited == set()


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != ENGLISH])
def test_every_text_is_translated(language: str) -> None:
    known = texts_of(language)
    missing = [text for text in all_texts() if not known.get((*text, ""), "").strip()]
    assert not missing, f"add these to gui/i18n/{language}/: {missing}"


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != ENGLISH])
def test_no_translation_is_left_behind(language: str) -> None:
    known = {(context, source) for context, source, _ in texts_of(language)}
    assert sorted(known - set(all_texts())) == []


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != ENGLISH])
def test_a_translation_keeps_the_places_for_values(language: str) -> None:
    for (context, source, _), text in texts_of(language).items():
        wanted = sorted(re.findall(r"\{\d+\}", source))
        assert sorted(re.findall(r"\{\d+\}", text)) == wanted, (context, source, text)


# What a deed is called in Chinese, and words that other tools have for it: one word each, all over the desk.
ONE_WORD = {
    r"\b[Ff]it(ted)?\b(?! a side)": ("拟合", "贴合"),
    r"\b[Ll]ay\b": ("贴合", "拟合"),
    r"\b[Tt]urned? round|heading round": ("翻转", "反转"),
    r"\b[Dd]oubtful\b": ("可疑", "存疑"),
    r"\baccept(ed)?\b": ("确认", "接受"),
    r"\btracks?\b(?! [a-z])": ("目标", "轨迹"),
}


@pytest.mark.parametrize("english", ONE_WORD)
def test_a_deed_has_one_word_in_chinese(english: str) -> None:
    word, other = ONE_WORD[english]
    found = [text for (context, source, _), text in texts_of("zh_CN").items()
             if context != "Messages" and re.search(english, source) and other in text]  # fmt: skip
    assert not [text for text in found if word not in text], "use the word of the other texts"


def test_enough_was_found_to_believe_the_search() -> None:
    texts = all_texts()
    assert ("Actions", "Draw a box") in texts
    assert ("Desk", "Draw a box") in texts
    assert len(texts) > 120


def test_the_language_is_that_of_environment_then_settings_then_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIDAR_LABEL_LANG", "zh_CN")
    assert chosen_language("en") == "zh_CN"
    monkeypatch.setenv("LIDAR_LABEL_LANG", "xx")
    assert chosen_language("zh_CN") == ENGLISH
    monkeypatch.delenv("LIDAR_LABEL_LANG")
    assert chosen_language("zh_CN") == "zh_CN"
    assert chosen_language("zh_TW") == "zh_CN"
    assert chosen_language("de_DE") == ENGLISH


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != ENGLISH])
def test_qt_finds_every_text_without_a_call_of_python(language: str) -> None:
    """A thread that reads a picture translates inside Qt's locks: no Python may be waited for there."""
    assert "translate" not in vars(TsTranslator)
    used = Language()
    used.use(language)
    try:
        for (context, source, comment), text in texts_of(language).items():
            assert QCoreApplication.translate(context, source, comment) == text
    finally:
        used.use(ENGLISH)


def test_a_switch_is_seen_at_once_and_taken_back(qtbot: QtBot) -> None:
    class Desk(QObject):
        """Only its name matters: it is the context."""

    language, shown = Language(), Desk()
    assert shown.tr("Draw a box") == "Draw a box"
    language.use("zh_CN")
    try:
        assert shown.tr("Draw a box") != "Draw a box"
        assert QCoreApplication.translate("Actions", "Undo") == "撤销"
        assert QCoreApplication.translate("Actions", "no such text") == "no such text"
    finally:
        language.use(ENGLISH)
    assert shown.tr("Draw a box") == "Draw a box"
