"""The convention lab in the desk: what the data can be meant as, ranked, each drawn, and one kept with one press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QCoreApplication, QObject, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QImage, QPixmap, QResizeEvent
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui.convention_texts import CONTEXT
from lidar_label.gui.desk import Desk
from lidar_label.gui.ok_cancel import ok_cancel
from lidar_label.gui.worker import Worker
from lidar_label.model.convention import FIXES

if TYPE_CHECKING:
    from lidar_label.jobs.conventions import Ranked, SceneLab
    from lidar_label.jobs.project import Project
    from lidar_label.model import Patch

_SHOWN = 12


def try_conventions(window: QWidget, desk: Desk) -> None:
    """Rank what the open scene can be meant as, beside the window, and show the ranking."""
    from lidar_label.jobs.conventions import rank_open_scene

    project, token = desk.project, desk.scene_token
    if project is None or desk.scene is None:
        return

    def show(lab: SceneLab) -> None:
        if desk.project is project and desk.scene_token == token:
            dialog = ConventionDialog(lab, desk, window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    desk.flush()
    desk.after_edits(lambda: desk.run_job(lambda progress: rank_open_scene(project, token, progress), show))


class Rereading(QObject):
    """Opens the scene anew when an edit, or its undo, says that its data is to be read otherwise."""

    _other = pyqtSignal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._heard: Project | None = None
        self._other.connect(self._open, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        desk.scene_changed.connect(self._listen)
        self._listen()

    def _listen(self) -> None:
        project = self._desk.project
        if project is not None and project is not self._heard:
            self._heard = project
            project.session.on_changed(lambda patch: self._tell(project, patch))

    def _tell(self, project: Project, patch: Patch) -> None:
        if any(change.table == "scene" and change.before and change.after for change in patch.changes):
            self._other.emit(project)

    def _open(self, project: Project) -> None:
        from lidar_label.gui.opening import open_scene

        desk, token = self._desk, self._desk.scene_token
        if desk.project is project:
            desk.run_job(
                lambda progress: open_scene(project, token, desk.big_points, progress),
                lambda found: desk.show(found, desk.index) if desk.project is project else None,
            )


class ConventionDialog(QDialog):
    """The ranking at the left, a picture as the chosen row means it at the right."""

    def __init__(self, lab: SceneLab, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lab, self._desk, self._asked = lab, desk, 0
        self._picture: QImage | None = None
        self._worker = Worker("conventions", self)
        self._worker.failed.connect(lambda error: self.picture.setText(str(error)))
        self.finished.connect(lambda _: self._worker.close())
        self.setWindowTitle(self.tr("What can the data mean?"))
        self.rows, self.why, self.picture, self.intro = QListWidget(), QLabel(), QLabel(), QLabel()
        self.views = QComboBox()
        for place, one in enumerate(lab.ranking[:_SHOWN], 1):
            words = "; ".join(_said(FIXES[text].says) for text in one.convention.fixes) or self.tr("as it is read")
            apart = f"   {_signed(one.score - lab.as_read.score)}" if one.convention.fixes else ""
            self.rows.addItem(f"{place}.  {words}{apart}")
        for view in lab.evidence.views:
            frame = lab.evidence.moments[view.moment].frame
            self.views.addItem(self.tr("{0}, frame {1}").format(view.channel, frame))
        self._lay_out()
        self.rows.currentRowChanged.connect(lambda _: self._show())
        self.views.currentIndexChanged.connect(lambda _: self._show())
        self.rows.setCurrentRow(0)

    def _lay_out(self) -> None:
        self.buttons = ok_cancel(self.tr("Read it so"), self.tr("Close"), self._take, self.reject)
        self.rows.setWordWrap(True)
        self.intro.setText("\n".join(self._told()))
        for label in (self.intro, self.why):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.intro.setProperty("quiet", "true")
        self.why.setMinimumHeight(4 * self.fontMetrics().lineSpacing())  # the list stays where it is
        self.why.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        wide = self.fontMetrics().averageCharWidth()
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.rows, 1)
        left.addWidget(self.why)
        left.setSpacing(10)
        right.addWidget(self.views)
        right.addWidget(self.picture, 1)
        right.addWidget(self.intro)
        middle, column = QHBoxLayout(), QVBoxLayout(self)
        middle.addLayout(left, 2)
        middle.addLayout(right, 3)
        column.addLayout(middle, 1)
        note = QLabel("\n".join(self._notes()))
        note.setWordWrap(True)
        column.addWidget(note)
        column.addWidget(self.buttons)
        self.rows.setSpacing(2)
        window = self.parentWidget()
        most = window.size() * 0.9 if window is not None else QSize(1200, 800)
        self.resize(QSize(wide * 205, wide * 115).boundedTo(most))  # a picture is there to be looked at

    def _told(self) -> tuple[str, ...]:
        return (
            self.tr(
                "The list holds what the numbers of this drive can be meant as, the likeliest first. The picture shows "
                "points and boxes as the chosen one has them."
            ),
            self.tr(
                "The number says how much more the pictures, points and boxes speak for it than for how the data is "
                "read now; below 0 they speak against it, and from 10 on there is no doubt."
            ),
            self.tr(
                "The button has the drive read so from now on. Files stay as they are, the boxes of this project move "
                "along, and one undo takes it back."
            ),
        )

    def _notes(self) -> list[str]:
        notes = []
        if not self._lab.evidence.views:
            notes.append(self.tr("There are no pictures to compare with the points."))
        if not any(len(moment.boxes) for moment in self._lab.evidence.moments):
            notes.append(self.tr("There are no boxes to compare with the points."))
        if not self._lab.is_clear:
            notes.append(self.tr("The first two are close: look at the pictures before you take one."))
        return notes

    def _show(self) -> None:
        """Say why the chosen row stands where it does, and draw it off the GUI thread."""
        from lidar_label.jobs.conventions import draw_one

        row, view = self.rows.currentRow(), self.views.currentIndex()
        if row < 0:
            return
        lab, one = self._lab, self._lab.ranking[row]
        self.why.setText(self._why(one) if one.convention.fixes else "")
        button = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if button is not None:
            button.setEnabled(bool(one.convention.fixes) and not self._read_only)
        self._asked += 1
        asked = self._asked
        if view >= 0:
            self._worker.run(
                lambda: _image(draw_one(lab, one.convention, view)) if asked == self._asked else None, self._drawn
            )

    def _why(self, one: Ranked) -> str:
        lines = []
        for words, apart in self._lab.reasons(one):
            text = f"{_said(words)}   {_signed(apart)}"
            lines.append(text if apart > 0 else self.tr("less: {0}").format(text))
        return "\n".join(lines) or self.tr("nothing tells it from how it is read")

    @property
    def _read_only(self) -> bool:
        return self._desk.project is None or self._desk.project.session.read_only

    def _drawn(self, image: QImage | None) -> None:
        if image is not None:
            self._picture = image
            self._scale()

    def _scale(self) -> None:
        if self._picture is not None:
            ratio = self.devicePixelRatioF()
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            shown = QPixmap.fromImage(self._picture.scaled(self.picture.size() * ratio, keep, smooth))
            shown.setDevicePixelRatio(ratio)
            self.picture.setPixmap(shown)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Fit the picture to its place."""
        super().resizeEvent(event)
        self._scale()

    def _take(self) -> None:
        from lidar_label.jobs.conventions import reading

        desk, project, token = self._desk, self._desk.project, self._desk.scene_token
        convention = self._lab.ranking[self.rows.currentRow()].convention
        self.accept()
        if project is not None:
            said = QCoreApplication.translate(
                "ConventionDialog", "The data is read otherwise now; one undo takes it back"
            )
            desk.do(lambda session: session.do(reading(project, token, convention)), lambda _: desk.said.emit(said))


def _signed(apart: float) -> str:
    """Return a whole number with its sign, the minus as long as the plus."""
    return f"{apart:+.0f}".replace("-", "\u2212")


def _said(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)


def _image(picture: Any) -> QImage:  # noqa: ANN401  Pillow's picture
    data = picture.convert("RGB").tobytes()
    width, height = picture.size
    return QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
