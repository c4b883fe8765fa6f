"""What the desk shows of colours that were made for other grounds."""

from __future__ import annotations

import pytest
from PyQt6.QtGui import QColor

from lidar_label.gui.look import on_dark
from lidar_label.gui.views.colors import BACKGROUND


def light(color: QColor) -> float:
    """The relative luminance of WCAG 2.1, in its own words: the exact curve, then the three weights."""
    parts = [color.redF(), color.greenF(), color.blueF()]
    flat = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), flat, strict=True))


@pytest.mark.parametrize("color", ["#00008e", "#000000", "#770b20", "#0000ff", "#003c64", "#111111", "#400040"])
def test_a_dark_colour_is_seen_on_the_dark_ground_in_its_own_hue(color: str) -> None:
    shown, asked = on_dark(color), QColor(color)
    edge = shown.darker(112)  # as a box's edges are drawn
    assert (light(edge) + 0.05) / (light(QColor(*BACKGROUND)) + 0.05) > 3, "WCAG's least for a graphic"
    if asked.hsvSaturationF() > 0:
        assert abs(shown.hsvHueF() - asked.hsvHueF()) < 0.02


@pytest.mark.parametrize("color", ["#4da3ff", "#ff0000", "#ffffff", "#33cc66", "#ff9900"])
def test_a_colour_that_is_light_enough_is_kept(color: str) -> None:
    assert on_dark(color).name() == color
