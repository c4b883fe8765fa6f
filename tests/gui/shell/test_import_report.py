"""The import report's dialog: the same tables as on the terminal, in both languages, made beside the edits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QApplication, QTableWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.shell.import_report import CONTEXT, WORDS, ImportReport, look, rows_of
from lidar_label.gui.translate import ENGLISH, Language, texts_of
from lidar_label.jobs import inspect, inspect_tables, sections
from lidar_label.jobs.inspect_tables import Section
from lidar_label.progress import Progress


@pytest.fixture
def shown(qtbot: QtBot, shared_data: Path) -> Callable[[str], ImportReport]:
    def make(name: str) -> ImportReport:
        dialog = ImportReport(*look(shared_data / name, Progress()))
        qtbot.addWidget(dialog)
        return dialog

    return make


def titles(dialog: ImportReport) -> list[str]:
    return [dialog.tabs.tabText(index) for index in range(dialog.tabs.count())]


def test_every_word_of_the_tables_is_known_to_the_desk(shared_data: Path) -> None:
    words: set[str] = set()
    for name, value in vars(inspect_tables).items():
        if name.startswith("_") and isinstance(value, tuple) and all(isinstance(word, str) for word in value):
            words.update(value)
    for name in ("sustechpoints_example", "formats/pdal/las/simple.las"):
        words.update(section.title for section in sections(inspect(shared_data / name)))
    assert len(words) > 40
    assert words - {"x", "y", "z"} == set(WORDS)
    known = texts_of("zh_CN")
    assert all(known.get((CONTEXT, word, "")) for word in WORDS)


def test_it_shows_what_the_terminal_shows(shown: Callable[[str], ImportReport], shared_data: Path) -> None:
    dialog = shown("sustechpoints_example")
    expected = sections(inspect(shared_data / "sustechpoints_example"))
    assert titles(dialog) == [*(section.title for section in expected), "To know (2)"]
    for index, section in enumerate(expected):
        table = dialog.tabs.widget(index)
        assert isinstance(table, QTableWidget)
        header, *rows = rows_of(table)
        assert tuple(header) == section.columns
        assert [[f"{c:.2f}" if isinstance(c, float) else str(c) for c in row] for row in section.rows] == rows
    assert "no poses" in dialog.findings.toPlainText()


def test_a_table_can_be_copied(shown: Callable[[str], ImportReport]) -> None:
    dialog = shown("sustechpoints_example")
    dialog.copy()
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    first, second = clipboard.text().splitlines()
    assert first.split("\t")[:2] == ["scene", "frames"]
    assert second.split("\t")[:2] == ["sustechpoints_example", "2"]


def test_it_speaks_chinese(shown: Callable[[str], ImportReport]) -> None:
    language = Language()
    language.use("zh_CN")
    try:
        dialog = shown("kitti_object_reduced")
        assert titles(dialog)[:2] == ["场景", "记录"]
        table = dialog.tabs.widget(0)
        assert isinstance(table, QTableWidget)
        assert rows_of(table)[0][:2] == ["场景", "帧"]
        recordings = dialog.tabs.widget(1)
        assert isinstance(recordings, QTableWidget)
        assert {row[1] for row in rows_of(recordings)[1:]} == {"激光雷达", "相机"}
    finally:
        language.use(ENGLISH)


def test_sections_of_the_desk_and_of_the_terminal_are_one_function(shared_data: Path) -> None:
    _, made = look(shared_data / "kitti_object_reduced", Progress())
    assert all(isinstance(section, Section) for section in made)


def test_what_rules_find_in_the_folder_is_said_too(shown: Callable[[str], ImportReport]) -> None:
    """Of a folder that others broke, in both languages; nothing of it is left in English."""
    dialog = shown("lyft_mini_tables")
    english = dialog.findings.toPlainText()
    assert "sensor files are not there" in english
    language = Language()
    language.use("zh_CN")
    try:
        dialog = shown("lyft_mini_tables")
        lines = dialog.findings.toPlainText().splitlines()
    finally:
        language.use("en")
    assert len(lines) == len(english.splitlines())
    assert [line for line in lines if not any("\u4e00" <= letter <= "\u9fff" for letter in line)] == []
