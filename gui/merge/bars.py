"""Bars over the 3D view: which frames are merged, and what is left out; each says so, and ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtCore import QEvent, QObject, QSize, Qt
from PyQt6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QLabel, QSpinBox, QToolButton, QVBoxLayout, QWidget

from lidar_label.gui.desk import Desk
from lidar_label.gui.look import CEILINGS_M, MOST_FRAMES
from lidar_label.gui.merge.isolation import Isolation
from lidar_label.gui.merge.legend import Legend
from lidar_label.gui.merge.merger import Merger
from lidar_label.gui.merge.whole import WholeTrack
from lidar_label.gui.views.shown import label_of

_CORNER, _NARROW = 8, 420  # pixels
_FIELDS = 3  # parts of a row; one of fewer is a sentence, with a number at most


class Bars(QWidget):
    """In the upper left corner of the 3D view; a row each for what is on, and nothing where nothing is."""

    def __init__(self, desk: Desk, view: QWidget) -> None:
        super().__init__(view)
        self._desk, self._merger, self._whole = desk, Merger.of(desk), WholeTrack.of(desk)
        self.legend = Legend(desk, view)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)
        self.before, self.after, self.stride = QSpinBox(), QSpinBox(), QSpinBox()
        for spin, low in ((self.before, 0), (self.after, 0), (self.stride, 1)):
            spin.setRange(low, MOST_FRAMES)
            spin.setKeyboardTracking(False)
            spin.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            spin.valueChanged.connect(self._spans)
        self.movers = QCheckBox()
        self.movers.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.movers.toggled.connect(self._spans)
        self.told, self.whole_told = QLabel(), QLabel()
        self.told.setProperty("quiet", "true")
        self.ceiling = QDoubleSpinBox()
        self.ceiling.setRange(*CEILINGS_M)
        self.ceiling.setSingleStep(0.25)
        self.ceiling.setDecimals(2)
        self.ceiling.setSuffix(" m")
        self.ceiling.setKeyboardTracking(False)
        self.ceiling.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.ceiling.valueChanged.connect(desk.set_ceiling)
        self._words = {name: QLabel() for name in ("before", "after", "stride", "ceiling", "region", "isolated")}
        self.rows = {
            "merge": self._row(
                self._words["before"], self.before, self._words["after"], self.after,
                end=lambda: desk.set_merging(False),
            ),
            "merged": self._row(self._words["stride"], self.stride, self.movers, end=None),
            "told": self._row(self.told, end=None),
            "whole": self._row(self.whole_told, end=self._whole.end),
            "ceiling": self._row(self._words["ceiling"], self.ceiling,
                                 end=lambda: desk.set_clip(replace(desk.clip, ceiling=None))),
            "region": self._row(self._words["region"], end=lambda: desk.set_clip(replace(desk.clip, region=None))),
            "isolated": self._row(self._words["isolated"], end=Isolation.of(desk).end),
        }  # fmt: skip
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 2, 6, 2)
        column.setSpacing(0)
        for row in self.rows.values():
            column.addWidget(row)
        view.installEventFilter(self)
        for signal in (desk.look_changed, desk.scene_changed, self._merger.changed, self._whole.changed):
            signal.connect(self.renew)
        self.renew()

    def renew(self) -> None:
        """Show what is on."""
        desk, clip, span = self._desk, self._desk.clip, self._desk.span
        merging = desk.merging
        shown = {
            "merge": merging, "merged": merging, "told": merging, "whole": self._whole.is_on,
            "ceiling": clip.ceiling is not None, "region": clip.region is not None, "isolated": clip.isolated,
        }  # fmt: skip
        for name, row in self.rows.items():
            row.setVisible(shown[name])
        for field, value in ((self.before, span.before), (self.after, span.after), (self.stride, span.stride)):
            field.blockSignals(True)
            field.setValue(value)
            field.blockSignals(False)
        self.movers.blockSignals(True)
        self.movers.setChecked(span.movers)
        self.movers.blockSignals(False)
        if clip.ceiling is not None:
            self.ceiling.blockSignals(True)
            self.ceiling.setValue(clip.ceiling)
            self.ceiling.blockSignals(False)
        self._write()
        self.setVisible(desk.scene is not None and any(shown.values()))
        self.place()

    def place(self) -> None:
        """Sit in the corner of the view, with words in several lines where it is narrow."""
        view, layout = self.parentWidget(), self.layout()
        if view is not None and layout is not None:
            is_narrow = view.width() < _NARROW
            words = [label for name, label in self._words.items() if name not in ("after", "stride")]
            for label in (*words, self.told, self.whole_told):
                if label.wordWrap() != is_narrow:
                    label.setWordWrap(is_narrow)
            layout.activate()
            size = layout.sizeHint()
            if is_narrow:
                wide = view.width() - 2 * _CORNER
                size = QSize(wide, layout.heightForWidth(wide) if layout.hasHeightForWidth() else size.height())
            self.resize(size.boundedTo(view.size()))
        self.move(_CORNER, _CORNER)
        self.legend.place()

    def event(self, event: QEvent | None) -> bool:
        """Follow the size of what is written."""
        done = super().event(event)
        if event is not None and event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return done

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Follow the size of the view."""
        if event is not None and event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)

    def _row(self, *parts: QWidget, end: Callable[[], object] | None) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 1, 0, 1)
        is_sentence = isinstance(parts[0], QLabel) and len(parts) < _FIELDS
        for place, part in enumerate(parts):
            line.addWidget(part, int(is_sentence and place == 0))  # it has all the room, and fewer lines
        if not is_sentence:
            line.addStretch(1)
        if end is None:
            return row
        off = QToolButton()
        off.setText("✕")
        off.setAutoRaise(True)
        off.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        off.clicked.connect(lambda: end())
        line.addWidget(off)
        return row

    def _spans(self) -> None:
        span = replace(self._desk.span, before=self.before.value(), after=self.after.value(),
                       stride=self.stride.value(), movers=self.movers.isChecked())  # fmt: skip
        if span != self._desk.span:
            self._desk.set_span(span)

    def _write(self) -> None:
        words = self._words
        words["before"].setText(self.tr("Frames before"))
        words["after"].setText(self.tr("after"))
        words["stride"].setText(self.tr("every"))
        words["ceiling"].setText(self.tr("Hidden: what is higher over the ground than"))
        words["region"].setText(self.tr("Only what lies in the region drawn in the top view"))
        words["isolated"].setText(self.tr("Only the selected box and what is close to it"))
        self.movers.setText(self.tr("moving objects, too"))
        self.movers.setToolTip(self.tr("Show what lies in boxes of moving tracks in the other frames: it is smeared"))
        self.told.setText(self._merged_text())
        self.whole_told.setText(self._whole_text())

    def _merged_text(self) -> str:
        desk, merged = self._desk, self._merger.merged
        if desk.scene is not None and not desk.scene.has_poses:
            return self.tr("This drive has no poses: frames fit only while the vehicle stands").replace(": ", ":\n")
        if desk.tiles.cloud is not None:
            return self.tr("This is a single cloud: there is nothing to merge")
        if merged is None:
            return self.tr("at rest") if not self._merger.is_merging else "…"
        thinned = merged.total - merged.moving - len(merged.xyz)
        parts = [self.tr("{0} frames, {1} points").format(merged.frames, _grouped(len(merged.xyz)))]
        if thinned:
            parts.append(self.tr("{0} thinned out").format(_grouped(thinned)))
        if merged.moving:
            parts.append(self.tr("{0} in moving boxes left out").format(_grouped(merged.moving)))
        if self._merger.problems:
            parts.append(self.tr("{0} files could not be read").format(len(self._merger.problems)))
        return "\n".join(parts)

    def _whole_text(self) -> str:
        cloud, track = self._whole.cloud, self._desk.tracks.get(self._desk.whole)
        text = self.tr("All frames of track {0}").format(label_of(track) if track is not None else "")
        if cloud is None:
            return f"{text} …"
        told = self.tr("{0} frames, {1} points").format(len(cloud.anchors), _grouped(len(cloud.xyz)))
        return f"{text}\n{told}"

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange and hasattr(self, "rows"):
            self.renew()
        super().changeEvent(event)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")
