"""How pictures look: brightness, names, which one is large; by keys in the window, too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from lidar_label.gui.views.camera_look import CameraLook
from lidar_label.gui.views.camera_tone import Tone
from lidar_label.gui.views.camera_tone_popup import TonePopup

LEFT = Qt.MouseButton.LeftButton


def grey_steps(low: int, high: int) -> QImage:
    """A picture of 256 columns, from one grey to another."""
    image = QImage(256, 40, QImage.Format.Format_RGB32)
    for x in range(256):
        value = round(low + (high - low) * x / 255)
        for y in range(40):
            image.setPixelColor(x, y, QColor(value, value, value))
    return image


def greys(image: QImage) -> np.ndarray:
    return np.array([image.pixelColor(x, 20).red() for x in range(image.width())])


@pytest.mark.parametrize("tone", [Tone(brightness=50), Tone(contrast=50), Tone(auto=True), Tone(-80, -60, True)])
def test_a_tone_keeps_the_order_of_greys_and_leaves_the_picture_itself_alone(qapp: Any, tone: Tone) -> None:
    dark = grey_steps(4, 60)
    made = tone.applied(dark, dark)
    assert (np.diff(greys(made)) >= 0).all()
    assert greys(dark)[0] == 4
    assert greys(dark)[-1] == 60
    assert made.size() == dark.size()


def test_brightness_lifts_contrast_spreads_and_the_switch_does_both_for_a_dark_picture(qapp: Any) -> None:
    dark = grey_steps(4, 60)
    plain = greys(dark)
    brighter, harder, stretched = (
        greys(tone.applied(dark, dark)) for tone in (Tone(brightness=50), Tone(contrast=50), Tone(auto=True))
    )
    np.testing.assert_allclose(brighter, np.sqrt(plain / 255) * 255, atol=1)  # the root, as 50 says
    np.testing.assert_allclose(harder, np.clip(127.5 + 2 * (plain - 127.5), 0, 255), atol=1)
    assert stretched.min() == 0
    assert stretched.max() == 255
    assert 70 < np.median(stretched) < 140
    assert Tone().applied(dark, dark) is dark
    flat = grey_steps(30, 30)
    assert np.ptp(greys(Tone(auto=True).applied(flat, flat))) == 0


def test_one_cameras_picture_is_brighter_and_the_others_are_as_they_were(corner: Any) -> None:
    corner.desk.set_show_image_points(False)
    front, back = corner.cameras.panes["CAM_FRONT"], corner.cameras.panes["CAM_BACK"]
    spot = [front.rect().center().x(), round(front.area.top() + 10)]
    before = [pane.grab().toImage().pixelColor(*spot) for pane in (front, back)]
    CameraLook.of(corner.desk).set_tone(Tone(brightness=60), "CAM_FRONT")
    after = [pane.grab().toImage().pixelColor(*spot) for pane in (front, back)]
    assert after[0].lightness() > before[0].lightness() + 30
    assert after[1] == before[1]
    corner.desk.go_to(1)  # it stays so while frames pass
    corner.qtbot.waitUntil(lambda: corner.stage.view.index == 1)
    assert front.grab().toImage().pixelColor(*spot) == after[0]


def test_the_popup_is_opened_at_a_picture_and_driven_by_mouse_and_keys(corner: Any, mouse: Any) -> None:
    look, pane = CameraLook.of(corner.desk), corner.cameras.panes["CAM_BACK"]
    mouse.click(pane, pane.tone_button.center())
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, TonePopup)
    QTest.keyClick(popup.brightness, Qt.Key.Key_Right)
    assert look.tone("CAM_BACK") == Tone(brightness=5)
    assert look.tone("CAM_FRONT").is_plain
    popup.every.click()
    QTest.keyClick(popup.brightness, Qt.Key.Key_A)
    assert look.tone("CAM_FRONT") == Tone(brightness=5, auto=True)
    QTest.keyClick(popup.brightness, Qt.Key.Key_0)
    assert all(look.tone(channel).is_plain for channel in corner.cameras.panes)
    QTest.keyClick(popup.brightness, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None


def test_names_are_written_at_boxes_when_asked_for(corner: Any) -> None:
    pane = corner.cameras.panes["CAM_FRONT"]
    corner.cameras.resize(1300, 720)  # room for all three beside each other
    corner.cameras.enlarge("CAM_FRONT")
    assert corner.labelled(pane, "near").isEmpty()
    CameraLook.of(corner.desk).set_names(True)
    for name in ("near", "far", "walker"):
        area = corner.labelled(pane, name)
        assert not area.isEmpty(), name
        assert pane.rect().contains(area)


def test_pictures_are_made_large_by_their_place_and_equal_again(corner: Any, mouse: Any) -> None:
    strip = corner.cameras
    second = list(strip.panes)[1]
    strip.enlarge_nth(2)
    assert strip.large == second
    strip.panes[second].place(3.0, QPointF())
    strip.enlarge_nth(9)  # there is no ninth
    assert strip.large == second
    strip.all_equal()
    assert strip.large == ""
    assert strip.panes[second].fit.zoom == 1.0
    assert len({pane.size().width() for pane in strip.panes.values()}) == 1
    strip.enlarge_nth(2)
    strip.enlarge_nth(2)
    assert strip.large == ""


def test_the_large_picture_follows_the_selection_only_if_it_is_to(corner: Any) -> None:
    corner.cameras.enlarge("CAM_BACK")
    CameraLook.of(corner.desk).set_follows(False)
    corner.desk.select("far")
    corner.qtbot.waitUntil(lambda: corner.cameras.panes["CAM_FRONT"]._is_best)
    assert corner.cameras.large == "CAM_BACK"
    CameraLook.of(corner.desk).set_follows(True)
    corner.desk.select("near")
    corner.qtbot.waitUntil(lambda: corner.cameras.large == "CAM_FRONT")
