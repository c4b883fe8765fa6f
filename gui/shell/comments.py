"""The panel of comments: a list with answers, a field to write in, and the way to what they are about."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QDateTime, QEvent, QLocale, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lidar_label.gui.desk import Desk
from lidar_label.gui.key_names import KeyNames
from lidar_label.gui.shell.keyguard import OWN_RETURN
from lidar_label.gui.shell.later import DoneLater
from lidar_label.gui.shell.narrow import narrow
from lidar_label.gui.shell.shades import shades
from lidar_label.gui.shell.wrapping import Wrapped
from lidar_label.gui.talk import About, Talk
from lidar_label.model import Comment

TEXT, WHERE, WHO = range(3)
_TOKEN = Qt.ItemDataRole.UserRole
_LINES, _SHOWN_LINES = 3, 8


class WritingField(QPlainTextEdit):
    """A few lines of text; Return is done with it, Shift+Return begins another line."""

    written = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty(OWN_RETURN, True)
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES + 14)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Send the text with Return."""
        is_return = event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event is not None and is_return and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.written.emit()
        else:
            super().keyPressEvent(event)


class CommentsPanel(QWidget):
    """What people say of this drive: open or all, each with its answers."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._talk = desk, Talk.of(desk)
        self._shown: tuple[object, ...] = ()
        self._answering = ""
        self._then: Callable[[], object] = self.clearFocus
        self._later = DoneLater(self, self._renew_about)
        self.filter, self.about, self.count = QComboBox(), QComboBox(), QLabel()
        self.next, self.settle, self.answer, self.delete = (QToolButton() for _ in range(4))
        self.tree, self.field, self.send = QTreeWidget(), WritingField(), QPushButton()
        self.cancel = QToolButton()
        self._lay_out()
        narrow(self.about, 12)
        self.filter.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.filter.activated.connect(self.renew)
        self.next.clicked.connect(self.go_next)
        self.settle.clicked.connect(self._settle)
        self.answer.clicked.connect(self._begin_answer)
        self.delete.clicked.connect(self._delete)
        self.cancel.clicked.connect(self._end_answer)
        self.send.clicked.connect(self._write)
        self.field.written.connect(self._write)
        self.field.textChanged.connect(self._renew_buttons)
        self.tree.itemClicked.connect(lambda item: self._go(item))
        self.tree.currentItemChanged.connect(self._renew_buttons)
        desk.tracks_changed.connect(self.renew)
        KeyNames.of(desk).changed.connect(self._name_keys)
        for signal in (desk.scene_changed, desk.selection_changed, desk.index_changed):
            signal.connect(self._later.ask)
        desk.boxes_changed.connect(self._later.ask)
        self._retranslate()

    def _lay_out(self) -> None:
        self.tree.setColumnCount(3)
        self.tree.setWordWrap(True)
        self.tree.setItemDelegateForColumn(TEXT, Wrapped(self.tree, _SHOWN_LINES))
        self.tree.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.tree.setAlternatingRowColors(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.count.setProperty("quiet", "true")
        header = self.tree.header()
        if header is not None:
            header.setStretchLastSection(False)
            header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
            header.sectionResized.connect(lambda: self.tree.scheduleDelayedItemsLayout())
        for button in (self.next, self.settle, self.answer, self.delete, self.cancel):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        top, tools, below = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for layout, widgets in (
            (top, (self.filter, self.count)), (tools, (self.answer, self.settle, self.delete)),
            (below, (self.about, self.cancel, self.send)),
        ):  # fmt: skip
            for widget in widgets:
                layout.addWidget(widget)
            layout.setSpacing(6)
        top.addStretch(1)
        top.addWidget(self.next)
        tools.addStretch(1)
        below.setStretch(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(5)
        column.addLayout(top)
        column.addWidget(self.tree, 1)
        column.addLayout(tools)
        column.addWidget(self.field)
        column.addLayout(below)

    # What is shown

    def renew(self) -> None:
        """Show the comments as they are stored."""
        wanted = (self._talk.comments, self.filter.currentIndex(), self._desk.tracks)
        if all(one is other for one, other in zip(wanted, self._shown, strict=False)) and self._shown:
            return
        self._shown = wanted
        chosen = self._token()
        answers: dict[str | None, list[Comment]] = {}
        for comment in self._talk.comments:
            answers.setdefault(comment.reply_to, []).append(comment)
        first = answers.get(None, [])
        shown = [c for c in first if self.filter.currentIndex() == 1 or not c.done]
        with QSignalBlocker(self.tree):
            self.tree.clear()
            for comment in shown:
                item = self._item(comment)
                self.tree.addTopLevelItem(item)
                for answer in answers.get(comment.token, []):
                    item.addChild(self._item(answer))
                item.setExpanded(True)
                for at in range(-1, item.childCount()):
                    found = item.child(at) if at >= 0 else item
                    if found is not None and found.data(TEXT, _TOKEN) == chosen:
                        self.tree.setCurrentItem(found)
        still = sum(not comment.done for comment in first)
        self.count.setText(self.tr("{0} open, {1} settled").format(still, len(first) - still))
        for column in (WHERE, WHO):
            self.tree.resizeColumnToContents(column)
        self._renew_about()
        self._renew_buttons()

    def _item(self, comment: Comment) -> QTreeWidgetItem:
        is_answer = comment.reply_to is not None
        text = " ".join(comment.text.split())
        moment = QDateTime.fromMSecsSinceEpoch(comment.time_ns // 1_000_000)
        when = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        is_new = moment.date() == QDateTime.currentDateTime().date()
        short = (
            moment.toString("HH:mm") if is_new else QLocale().toString(moment.date(), QLocale.FormatType.ShortFormat)
        )
        where = "" if is_answer else self._talk.words(About(comment.frame, comment.track))
        who = f"{comment.author} · {when}" if comment.author else when
        item = QTreeWidgetItem([f"✓ {text}" if comment.done else text, where, " · ".join((comment.author, short))])
        item.setData(TEXT, _TOKEN, comment.token)
        for column in range(3):
            item.setToolTip(column, f"{comment.text}\n\n{where}\n{who}")
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            if comment.done or column == WHO:
                item.setForeground(column, QColor(shades().faint if comment.done else shades().quiet))
        return item

    def _renew_about(self) -> None:
        """Offer what a comment may be about now; a choice that was made stays as long as it is one."""
        choices = self._talk.choices()
        if [self.about.itemData(at) for at in range(self.about.count())] != list(choices):
            with QSignalBlocker(self.about):
                self.about.clear()
                for about in choices:
                    self.about.addItem(self.tr("About: {0}").format(self._talk.words(about)), about)

    def _renew_buttons(self) -> None:
        comment = self._comment()
        root = self._root()
        for button in (self.answer, self.delete):
            button.setEnabled(comment is not None)
        self.settle.setEnabled(root is not None)
        self.settle.setText(self.tr("Open again") if root is not None and root.done else self.tr("Done"))
        self.next.setEnabled(any(not c.done and c.reply_to is None for c in self._talk.comments))
        self.send.setEnabled(bool(self.field.toPlainText().strip()) and self._desk.scene is not None)
        self.send.setText(self.tr("Answer") if self._answering else self.tr("Write"))
        self.cancel.setVisible(bool(self._answering))
        self.about.setVisible(not self._answering)

    # Deeds

    def write(self, then: Callable[[], object]) -> None:
        """Put the cursor into the field for a new comment; `then` is called once one is written."""
        self._then = then
        self._end_answer()
        self._renew_about()
        self.about.setCurrentIndex(0)
        self.field.setFocus()

    def go_next(self) -> None:
        """Show the next open comment."""
        root = self._root()
        found = self._talk.next_open(root.token if root is not None else "")
        if found is None:
            self._desk.said.emit(self.tr("No comment is open"))
            return
        for at in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(at)
            if item is not None and item.data(TEXT, _TOKEN) == found.token:
                self.tree.setCurrentItem(item)
        self._talk.go(found)
        self._desk.said.emit(found.text)

    def _write(self) -> None:
        text = self.field.toPlainText().strip()
        about = self.about.currentData()
        if not text:
            return
        if self._answering:
            self._talk.reply(text, self._answering)
        elif isinstance(about, About):
            self._talk.write(text, about)
        self.field.clear()
        self._end_answer()
        self.field.clearFocus()
        self._then()

    def _begin_answer(self) -> None:
        self._answering = self._token()
        comment = self._comment()
        quoted = " ".join(comment.text.split())[:60] if comment is not None else ""
        self.field.setPlaceholderText(self.tr("Answer to: {0}").format(quoted))
        self._renew_buttons()
        self.field.setFocus()

    def _end_answer(self) -> None:
        self._answering = ""
        self.field.setPlaceholderText(self.tr("Write a comment. Return stores it, Shift+Return begins a new line."))
        self._renew_buttons()

    def _settle(self) -> None:
        root = self._root()
        if root is not None:
            self._talk.settle((root.token,), done=not root.done)

    def _delete(self) -> None:
        if self._token():
            self._talk.delete(self._token())

    def _go(self, item: QTreeWidgetItem) -> None:
        comment = self._find(str(item.data(TEXT, _TOKEN)))
        if comment is not None:
            self._talk.go(comment)

    def _token(self) -> str:
        item = self.tree.currentItem()
        return str(item.data(TEXT, _TOKEN)) if item is not None else ""

    def _comment(self) -> Comment | None:
        return self._find(self._token())

    def _root(self) -> Comment | None:
        """Return the chosen comment, or the one that the chosen answer answers."""
        comment = self._comment()
        return self._find(comment.reply_to) if comment is not None and comment.reply_to else comment

    def _find(self, token: str) -> Comment | None:
        return next((comment for comment in self._talk.comments if comment.token == token), None)

    def _name_keys(self) -> None:
        self.next.setText(KeyNames.of(self._desk).fill(self.tr("Next ({next-comment})")))

    def changeEvent(self, event: QEvent | None) -> None:
        """Follow a change of language."""
        if event is not None and event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        chosen = max(self.filter.currentIndex(), 0)
        with QSignalBlocker(self.filter):
            self.filter.clear()
            self.filter.addItems([self.tr("Open"), self.tr("All")])
            self.filter.setCurrentIndex(chosen)
            self.about.clear()  # it is filled again in the language in use
        self._name_keys()
        self.answer.setText(self.tr("Answer"))
        self.delete.setText(self.tr("Delete"))
        self.cancel.setText(self.tr("No answer"))
        self.tree.setHeaderLabels([self.tr("Comment"), self.tr("About"), self.tr("By")])
        self._shown = ()
        self._end_answer()
        self.renew()
