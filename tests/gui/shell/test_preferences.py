"""The preferences in a real window: what is set holds at once, Cancel takes it back, and it is there the next time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QComboBox, QDialogButtonBox
from pytestqt.qtbot import QtBot

from lidar_label.cloud.build import build_tiles
from lidar_label.cloud.cache import cache_folder, cached_store
from lidar_label.cloud.place import limit_bytes, use_place
from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.preferences import Preferences
from lidar_label.gui.shell.settings import Settings, login_name
from lidar_label.gui.shell.shades import THEMES, shades
from lidar_label.gui.shell.tour import Tour
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import ENGLISH, Language
from lidar_label.gui.views.camera_look import CameraLook
from lidar_label.gui.views.camera_tone import Tone
from tests.gui.looks import same_look

OpenDesk = Callable[..., Desk]
LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
OK, CANCEL = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel


@pytest.fixture
def make_window(
    open_desk: OpenDesk, qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Window]]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    made: list[Window] = []

    def make() -> Window:
        window = Window(open_desk(), Settings(), Language())
        made.append(window)
        window.resize(1300, 850)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.desk.scene_changed.emit()
        return window

    with same_look(qapp):
        yield make
        for window in made:
            window.use_language(ENGLISH)
            window.close()
            window.deleteLater()
        made.clear()
    use_place()


def opened(window: Window, qtbot: QtBot) -> Preferences:
    """Open the preferences by their key."""
    QTest.keyClick(window, Qt.Key.Key_Comma, CTRL)
    dialog = next(found for found in window.findChildren(Preferences) if found.isVisible())
    qtbot.waitUntil(lambda: "GB" in dialog.held.text())  # the library of tiles is loaded for it
    return dialog


def choose(box: QComboBox, name: str) -> None:
    """Choose with the keys, as a person does in a closed box."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findData(name)):
        QTest.keyClick(box, Qt.Key.Key_Down)


def press(dialog: Preferences, which: QDialogButtonBox.StandardButton) -> None:
    button = dialog.buttons.button(which)
    assert button is not None
    QTest.mouseClick(button, LEFT)


def test_what_is_set_holds_at_once_and_cancel_takes_it_back(make_window: Callable[[], Window], qtbot: QtBot) -> None:
    window = make_window()
    before = Path(window.settings.folder / "desk.ini")
    dialog = opened(window, qtbot)
    assert dialog.author.text() == login_name()
    choose(dialog.theme, "light")
    choose(dialog.language, "zh_CN")
    assert shades() is THEMES["light"]
    qtbot.waitUntil(lambda: dialog.windowTitle() == "首选项")
    assert window.menus.menus["edit"].title() == "编辑"
    for spin, value in ((dialog.point_size, "5"), (dialog.budget, "1.5"), (dialog.big, "20"), (dialog.frames, "400")):
        spin.setFocus()
        spin.selectAll()
        QTest.keyClicks(spin, value)
    QTest.keyClick(dialog.frames, Qt.Key.Key_Tab)
    desk = window.desk
    assert (desk.point_size, desk.point_budget, desk.big_points) == (5, 1_500_000, 20_000_000)
    assert Settings().frames_bytes == 400_000_000
    dialog.author.setFocus()
    dialog.author.selectAll()
    QTest.keyClicks(dialog.author, "Anna")
    QTest.keyClick(dialog.author, Qt.Key.Key_Tab)
    assert desk.project is not None
    assert desk.project.session.author == "Anna"

    press(dialog, CANCEL)
    assert shades() is THEMES["dark"]
    assert window.menus.menus["edit"].title() == "Edit"
    assert (desk.point_size, desk.point_budget, desk.big_points) == (2, 4_000_000, 3_000_000)
    assert desk.project.session.author == login_name()
    kept = Settings()
    assert (kept.author, kept.language, kept.theme, kept.frames_bytes) == (login_name(), "en", "dark", 800_000_000)
    assert before.is_file()


def test_what_is_kept_is_there_the_next_time_and_writes_the_history(
    make_window: Callable[[], Window], qtbot: QtBot
) -> None:
    window = make_window()
    dialog = opened(window, qtbot)
    dialog.author.setFocus()
    dialog.author.selectAll()
    QTest.keyClicks(dialog.author, "Li Lei")
    dialog.cache.setFocus()
    dialog.cache.selectAll()
    QTest.keyClicks(dialog.cache, "20")
    press(dialog, OK)
    desk = window.desk
    desk.select(desk.boxes[0].track)
    desk.nudge(dx=1.0)
    with qtbot.waitSignal(desk.edited):
        desk.flush()
    assert desk.project is not None
    assert next(iter(desk.project.session.store.history())).author == "Li Lei"
    assert limit_bytes() == 20_000_000_000
    again = make_window()
    assert again.settings.author == "Li Lei"
    assert limit_bytes() == 20_000_000_000


def test_the_cache_is_weighed_and_emptied_and_can_lie_elsewhere(
    make_window: Callable[[], Window], qtbot: QtBot, tmp_path: Path
) -> None:
    import numpy as np

    points = np.random.default_rng(1).uniform(-50, 50, (400_000, 4)).astype(np.float32)
    source = tmp_path / "a.bin"
    points.tofile(source)
    store = cached_store(source)
    store.parent.mkdir(parents=True)
    build_tiles(source, store)
    window = make_window()
    dialog = opened(window, qtbot)
    assert dialog.folder.text() == str(cache_folder())
    assert not dialog.held.text().startswith("0.00")
    told: list[str] = []
    window.desk.said.connect(told.append)
    QTest.mouseClick(dialog.empty, LEFT)
    qtbot.waitUntil(lambda: dialog.held.text().startswith("0.00"))
    assert "Tiles of 1 clouds removed" in told[0]
    assert not store.exists()
    press(dialog, OK)
    window.settings.cache_folder = str(tmp_path / "other")
    window.close()
    make_window()
    assert cache_folder() == tmp_path / "other"


def test_the_tour_comes_again(make_window: Callable[[], Window], qtbot: QtBot) -> None:
    window = make_window()
    window.settings.toured = True
    dialog = opened(window, qtbot)
    QTest.mouseClick(dialog.tour, LEFT)
    (tour,) = window.findChildren(Tour)
    assert tour.isVisible()
    QTest.keyClick(tour, Qt.Key.Key_Escape)


def test_pictures_look_as_they_did_before(make_window: Callable[[], Window]) -> None:
    window = make_window()
    look = CameraLook.of(window.desk)
    window.menus.actions["picture-names"].trigger()
    window.menus.actions["pictures-follow"].trigger()
    look.set_tone(Tone(30, -20, auto=True), "CAM_FRONT")
    window.close()
    again = CameraLook.of(make_window().desk)
    assert (again.names, again.follows) == (True, False)
    assert again.tone("CAM_FRONT") == Tone(30, -20, auto=True)
    assert again.tone("CAM_BACK") == Tone()


@pytest.mark.parametrize("bad", ["", "large", "-7", "1e99", "999999999999999999999999", "a, b", "@Invalid()", "nan"])
def test_no_value_of_a_settings_file_hurts(bad: str, make_window: Callable[[], Window], qtbot: QtBot) -> None:
    file = QSettings(str(Settings().folder / "desk.ini"), QSettings.Format.IniFormat)
    names = ("author", "language", "theme", "painter", "point_size", "point_budget", "big_points", "frames_bytes",
             "cache_bytes", "picture_names", "picture_follows", "toured")  # fmt: skip
    file.sync()
    path = Path(file.fileName())
    path.parent.mkdir(parents=True, exist_ok=True)
    tones = '"{\\"CAM_FRONT\\": [1e999, 2]}"'
    path.write_text("[General]\n" + "".join(f"{name}={bad}\n" for name in names) + f"picture_tones={tones}\n")
    window = make_window()
    dialog = opened(window, qtbot)
    press(dialog, OK)
    assert 1 <= window.desk.point_size <= 6
    assert 100_000 <= window.desk.point_budget <= 200_000_000
    assert CameraLook.of(window.desk).tone("CAM_FRONT") == Tone()
