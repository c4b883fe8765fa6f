"""Choices: all that the preferences set, as one value that is read off a window and put on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lidar_label.cloud.place import LIMIT_BYTES, use_place
from lidar_label.gui.desk import Desk
from lidar_label.gui.loader import BUDGET_BYTES
from lidar_label.gui.look import BIG_POINTS, POINT_BUDGET
from lidar_label.gui.painters.choose import Wanted
from lidar_label.gui.shell.settings import Settings, login_name
from lidar_label.gui.views.camera_look import CameraLook

if TYPE_CHECKING:
    from lidar_label.gui.shell.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person sets in the preferences; sizes in bytes, a `folder` that is empty is the usual one."""

    author: str = ""
    language: str = "en"
    theme: str = "dark"
    painter: Wanted = "auto"
    point_size: int = 2
    point_budget: int = POINT_BUDGET
    big_points: int = BIG_POINTS
    frames_bytes: int = BUDGET_BYTES
    cache_bytes: int = LIMIT_BYTES
    folder: str = ""


def usual_choices(language: str) -> Choices:
    """Return what is set for a newcomer."""
    return Choices(author=login_name(), language=language)


def choices_of(window: Window) -> Choices:
    """Return what is set now."""
    settings = window.settings
    return Choices(
        author=settings.author,
        language=window.language.name,
        theme=window.appearance.theme,
        painter=window.painting.wanted,
        point_size=window.desk.point_size,
        point_budget=settings.point_budget,
        big_points=settings.big_points,
        frames_bytes=settings.frames_bytes,
        cache_bytes=settings.cache_bytes,
        folder=settings.cache_folder,
    )


def use_choices(window: Window, wanted: Choices) -> None:
    """Set what differs from what is set now, and remember it."""
    now, settings, desk = choices_of(window), window.settings, window.desk
    settings.author = wanted.author
    desk.flush()  # what is being edited is still by whoever began it
    desk.author = settings.author
    if desk.project is not None:
        desk.project.session.author = settings.author
    settings.point_budget, settings.big_points = wanted.point_budget, wanted.big_points
    settings.frames_bytes, settings.cache_bytes = wanted.frames_bytes, wanted.cache_bytes
    settings.cache_folder = wanted.folder
    use_settings(desk, settings)
    if wanted.point_size != now.point_size:
        desk.set_point_size(wanted.point_size)
    if wanted.theme != now.theme:
        window.appearance.use(wanted.theme)
    if wanted.painter != now.painter:
        window.painting.use(wanted.painter)
    if wanted.language != now.language:
        window.use_language(wanted.language)
    settings.save()


def use_settings(desk: Desk, settings: Settings) -> None:
    """Have the desk work as the settings say, from now on."""
    if desk.point_budget != settings.point_budget:
        desk.set_point_budget(settings.point_budget)
    desk.big_points = settings.big_points
    desk.set_frames_budget(settings.frames_bytes)
    use_place(Path(settings.cache_folder) if settings.cache_folder else None, settings.cache_bytes)


def keep_pictures(desk: Desk, settings: Settings) -> None:
    """Show the pictures as they were when the desk was last closed, and remember how they are shown."""
    look = CameraLook.of(desk)
    look.restore(settings.picture_names, settings.picture_follows, settings.picture_tones)

    def keep() -> None:
        settings.picture_names, settings.picture_follows = look.names, look.follows
        settings.picture_tones = look.tones

    look.changed.connect(keep)
