"""Asks for the other labels that those of the open drive are compared with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QFileDialog, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.review_list import ReviewList

translate = QCoreApplication.translate
Ask = Callable[[Desk, QWidget], None]
_OWN = QFileDialog.Option.DontUseNativeDialog


def ask_project(desk: Desk, parent: QWidget) -> None:
    """Compare with the labels of a project file."""
    from lidar_label.jobs.project import SUFFIX

    kinds = f"{translate('Comparing', 'Projects')} (*{SUFFIX})"
    title = translate("Comparing", "Compare with a project file")
    name, _ = QFileDialog.getOpenFileName(parent, title, _folder(desk), kinds, options=_OWN)
    if name:
        _compare(desk, Path(name))


def ask_folder(desk: Desk, parent: QWidget) -> None:
    """Compare with the labels of a data set."""
    title = translate("Comparing", "Compare with the labels of a folder")
    name = QFileDialog.getExistingDirectory(parent, title, _folder(desk), _OWN)
    if name:
        _compare(desk, Path(name))


def _compare(desk: Desk, other: Path) -> None:
    project = desk.project
    if project is not None and other.resolve() == project.path.resolve():
        desk.failed.emit(translate("Comparing", "That is the project that is open; choose another one"))
        return
    ReviewList.of(desk).compare(other)


def _folder(desk: Desk) -> str:
    return str(desk.project.path.parent) if desk.project is not None else str(Path.cwd())
