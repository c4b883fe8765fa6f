"""The open drive as one cloud: its frames merged in the background, then shown in a project of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from lidar_label.gui.desk import Desk
from lidar_label.gui.opening import Opened

_T = QT_TRANSLATE_NOOP
_NO_POSES = _T("WholeDrive", "This drive has no poses, so its frames cannot be put together into one cloud.")
_IS_ONE = _T("WholeDrive", "This is one cloud already.")
_OPENED = _T(
    "WholeDrive",
    "{0} frames as one cloud, with labels of its own; boxes of what stands still came along. "
    "File > Recent leads back to the drive.",
)


def open_as_one(desk: Desk, then: Callable[[Path], None]) -> None:
    """Merge the frames of the open scene into tiles, and show them; until then the drive stays open.

    Stopped, or where it cannot be done, the drive stays as it is. `then` gets the project file of the cloud.
    """
    project, scene, token = desk.project, desk.scene, desk.scene_token
    if project is None or scene is None:
        return
    if len(scene.frames) == 1 or desk.tiles.cloud is not None:
        desk.said.emit(_told(_IS_ONE))
        return
    if not scene.has_poses:
        desk.failed.emit(_told(_NO_POSES))
        return
    from lidar_label.gui.opening import open_as_one as open_

    def opened(found: Opened) -> None:
        desk.show(found)
        desk.noticed.emit(_told(_OPENED).format(len(scene.frames)))
        then(found.project.path)

    desk.flush()
    desk.run_job(lambda progress: open_(project, token, progress), opened)


def _told(text: str) -> str:
    return QCoreApplication.translate("WholeDrive", text)
