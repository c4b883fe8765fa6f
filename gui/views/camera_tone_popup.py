"""TonePopup: two sliders and a switch for the brightness of one camera's pictures, or of all."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPoint, QRectF, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout

from lidar_label.gui.views.camera_look import CameraLook
from lidar_label.gui.views.camera_pane import CameraPane
from lidar_label.gui.views.camera_tone import MOST, Tone

_WIDE, _STEP, _PAGE = 220, 5, 20


class TonePopup(QFrame):
    """Shown over a picture until a click outside it. Arrows move the slider in use, A stretches, 0 resets."""

    def __init__(self, look: CameraLook, channel: str, channels: Sequence[str], pane: CameraPane) -> None:
        super().__init__(pane, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._look, self._pane = look, pane
        self._channel, self._channels = channel, list(channels)
        self.brightness, self.contrast = self._slider(), self._slider()
        self.auto = QCheckBox(self.tr("Stretch dark pictures (A)"))
        self.every = QCheckBox(self.tr("All cameras"))
        self.reset = QPushButton(self.tr("Reset (0)"))
        self.reset.setAutoDefault(False)
        head = QLabel(channel)
        head.setProperty("heading", "true")
        rows = QGridLayout()
        for row, (name, slider) in enumerate(
            ((self.tr("Brightness"), self.brightness), (self.tr("Contrast"), self.contrast))
        ):
            rows.addWidget(QLabel(name), row, 0)
            rows.addWidget(slider, row, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.every, 1)
        foot.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.addWidget(head)
        column.addLayout(rows)
        column.addWidget(self.auto)
        column.addLayout(foot)
        self._show(look.tone(channel))
        for slider in (self.brightness, self.contrast):
            slider.valueChanged.connect(self._changed)
        self.auto.toggled.connect(self._changed)
        self.every.toggled.connect(self._changed)
        self.reset.clicked.connect(self._reset)

    def open_at(self, button: QRectF) -> None:
        """Show it under a place of the pane."""
        self.adjustSize()
        corner = self._pane.mapToGlobal(button.bottomRight().toPoint()) - QPoint(self.width(), -4)
        screen = self._pane.screen()
        if screen is not None:
            area = screen.availableGeometry()
            corner.setX(min(max(corner.x(), area.left()), area.right() - self.width()))
            corner.setY(min(max(corner.y(), area.top()), area.bottom() - self.height()))
        self.move(corner)
        self.show()
        self.brightness.setFocus()

    @property
    def tone(self) -> Tone:
        """What the sliders say."""
        return Tone(self.brightness.value(), self.contrast.value(), self.auto.isChecked())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Stretch, reset or close by keys."""
        key = event.key() if event is not None else None
        if key == Qt.Key.Key_A:
            self.auto.toggle()
        elif key == Qt.Key.Key_0:
            self._reset()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)

    def _slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(-MOST, MOST)
        slider.setSingleStep(_STEP)
        slider.setPageStep(_PAGE)
        slider.setMinimumWidth(_WIDE)
        return slider

    def _changed(self) -> None:
        self._look.set_tone(self.tone, *(self._channels if self.every.isChecked() else [self._channel]))

    def _reset(self) -> None:
        self._show(Tone())
        self._changed()

    def _show(self, tone: Tone) -> None:
        for slider, value in ((self.brightness, tone.brightness), (self.contrast, tone.contrast)):
            slider.blockSignals(True)
            slider.setValue(value)
            slider.blockSignals(False)
        self.auto.blockSignals(True)
        self.auto.setChecked(tone.auto)
        self.auto.blockSignals(False)
