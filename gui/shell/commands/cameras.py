"""The commands of the pictures: which one is large, and how they look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

from PyQt6.QtCore import QT_TRANSLATE_NOOP

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.commands.action import Action
from lidar_label.gui.views.camera_look import CameraLook

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window as Shell
    from lidar_label.gui.views.cameras import CameraStrip

_T = QT_TRANSLATE_NOOP


def has_cameras(desk: Desk) -> bool:
    """Enabled while a scene with cameras is open."""
    return desk.scene is not None and any(sensor.kind == "camera" for sensor in desk.scene.sensors.values())


def _on_strip(call: Callable[[CameraStrip], object]) -> Callable[[Shell], None]:
    def act(shell: Shell) -> None:
        if shell.views is not None:
            call(cast("CameraStrip", shell.views.cameras))

    return act


def _large() -> Iterator[Action]:
    for place in range(1, 10):
        text = _T("Actions", "One picture large, by its place (Ctrl+1 to Ctrl+9)")

        def call(strip: CameraStrip, place: int = place) -> None:
            strip.enlarge_nth(place)

        yield Action(
            id=f"picture-{place}", menu="view" if place == 1 else "hidden", text=text, keys=(f"Ctrl+{place}",),
            section=place == 1, enabled=has_cameras, call=_on_strip(call),
        )  # fmt: skip


def export_pictures(shell: Shell) -> None:
    """Draw boxes into pictures."""
    from lidar_label.gui.overlay_export import export_pictures as ask

    ask(shell, shell.desk)


COMMANDS: tuple[Action, ...] = (
    *_large(),
    Action(id="pictures-equal", menu="view", text=_T("Actions", "All pictures equal"), keys=("Ctrl+0",),
           enabled=has_cameras, call=_on_strip(lambda strip: strip.all_equal())),
    Action(id="pictures-follow", menu="view", text=_T("Actions", "The large picture follows the selection"),
           enabled=has_cameras, checked=lambda d: CameraLook.of(d).follows,
           call=lambda s: CameraLook.of(s.desk).set_follows(not CameraLook.of(s.desk).follows)),
    Action(id="picture-names", menu="view", text=_T("Actions", "Names in the pictures"), enabled=has_cameras,
           checked=lambda d: CameraLook.of(d).names,
           call=lambda s: CameraLook.of(s.desk).set_names(not CameraLook.of(s.desk).names)),
    Action(id="picture-tone", menu="view", text=_T("Actions", "Brightness and contrast of a picture"),
           keys=("Shift+B",), enabled=has_cameras, call=_on_strip(lambda strip: strip.set_tone())),
)  # fmt: skip
