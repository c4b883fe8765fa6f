"""The panel of comments: written, answered, settled, deleted and gone to; every deed is one step of undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.comments import TEXT, WHERE, WHO, CommentsPanel
from lidar_label.gui.shell.timeline import TimeBar
from lidar_label.gui.shell.timeline_talk import open_comments
from lidar_label.gui.talk import About, Talk
from lidar_label.gui.views import marks
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Comment

OpenDesk = Callable[..., Desk]


@pytest.fixture
def panel(open_desk: OpenDesk, qtbot: QtBot) -> CommentsPanel:
    made = CommentsPanel(open_desk())
    qtbot.addWidget(made)
    made.resize(420, 460)
    made.show()
    return made


def stored(panel: CommentsPanel) -> tuple[Comment, ...]:
    desk = panel._desk
    assert desk.project is not None
    return desk.project.session.store.comments(desk.scene_token)


def rows(panel: CommentsPanel) -> list[tuple[str, list[str]]]:
    """What the list says: each comment with its answers."""
    found = []
    for at in range(panel.tree.topLevelItemCount()):
        item: Any = panel.tree.topLevelItem(at)
        found.append((item.text(TEXT), [item.child(i).text(TEXT) for i in range(item.childCount())]))
    return found


def settled(panel: CommentsPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: panel._desk._store.pending == 0)


def write(panel: CommentsPanel, qtbot: QtBot, text: str) -> None:
    qtbot.keyClicks(panel.field, text)
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    settled(panel, qtbot)


def choose(panel: CommentsPanel, qtbot: QtBot, at: int) -> None:
    item, viewport = panel.tree.topLevelItem(at), panel.tree.viewport()
    assert viewport is not None
    place = panel.tree.visualItemRect(item)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(place.left() + 20, place.center().y()))
    settled(panel, qtbot)


def test_a_comment_is_about_what_is_nearest_at_hand(panel: CommentsPanel, qtbot: QtBot) -> None:
    desk = panel._desk
    desk.go_to(4)
    settled(panel, qtbot)
    panel.write(panel.clearFocus)
    write(panel, qtbot, "nothing here")
    desk.select("car")
    panel.write(panel.clearFocus)
    write(panel, qtbot, "where is it?")
    desk.go_to(1)
    settled(panel, qtbot)
    panel.write(panel.clearFocus)
    assert [panel.about.itemData(at) for at in range(panel.about.count())] == [
        About(1, "car"), About(None, "car"), About(1), About(),
    ]  # fmt: skip
    qtbot.keyClicks(panel.field, "too")
    qtbot.keyClick(panel.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    write(panel, qtbot, "long")
    assert [(c.text, c.frame, c.track, c.author) for c in stored(panel)] == [
        ("nothing here", 4, None, "tester"), ("where is it?", None, "car", "tester"), ("too\nlong", 1, "car", "tester"),
    ]  # fmt: skip
    assert [text for text, _ in rows(panel)] == ["nothing here", "where is it?", "too long"]
    item = panel.tree.topLevelItem(2)
    assert item is not None
    assert item.text(WHERE) == "track 7, frame 1"
    assert item.text(WHO).startswith("tester · ")
    assert "too\nlong" in item.toolTip(TEXT)
    assert panel.field.toPlainText() == ""
    write(panel, qtbot, "   ")
    assert len(stored(panel)) == 3


def test_answers_and_done_and_the_filter(panel: CommentsPanel, qtbot: QtBot) -> None:
    panel.write(panel.clearFocus)
    write(panel, qtbot, "a box is missing")
    write(panel, qtbot, "and another")
    choose(panel, qtbot, 0)
    qtbot.mouseClick(panel.answer, Qt.MouseButton.LeftButton)
    write(panel, qtbot, "made it")
    assert rows(panel) == [("a box is missing", ["made it"]), ("and another", [])]
    choose(panel, qtbot, 0)
    qtbot.mouseClick(panel.settle, Qt.MouseButton.LeftButton)
    settled(panel, qtbot)
    assert rows(panel) == [("and another", [])]
    assert panel.count.text() == "1 open, 1 settled"
    panel.filter.setCurrentIndex(1)
    panel.filter.activated.emit(1)
    assert rows(panel) == [("✓ a box is missing", ["made it"]), ("and another", [])]
    before = stored(panel)
    choose(panel, qtbot, 0)
    qtbot.mouseClick(panel.delete, Qt.MouseButton.LeftButton)
    settled(panel, qtbot)
    assert len(stored(panel)) == 1
    panel._desk.undo()
    settled(panel, qtbot)
    assert stored(panel) == before
    for _ in range(4):
        panel._desk.undo()
    settled(panel, qtbot)
    assert stored(panel) == ()
    assert rows(panel) == []


def test_a_click_goes_there_and_the_next_open_one_follows(panel: CommentsPanel, qtbot: QtBot) -> None:
    desk, talk = panel._desk, Talk.of(panel._desk)
    for text, about in (("c", About(5)), ("a", About(0)), ("b", About(2, "walker"))):
        talk.write(text, about)
    settled(panel, qtbot)
    choose(panel, qtbot, 2)
    assert (desk.index, desk.selected) == (2, "walker")
    seen = []
    for _ in range(4):
        panel.go_next()
        settled(panel, qtbot)
        seen.append(desk.index)
    assert seen == [5, 0, 2, 5]
    talk.settle([comment.token for comment in talk.comments], done=True)
    settled(panel, qtbot)
    said: list[str] = []
    desk.said.connect(said.append)
    panel.go_next()
    assert said == ["No comment is open"]


def test_boxes_with_open_comments_are_marked(panel: CommentsPanel, qtbot: QtBot) -> None:
    desk, stage = panel._desk, Stage.of(panel._desk)
    qtbot.waitUntil(lambda: len(stage.boxes) == 1)
    assert stage.label(0) == "car 7"
    Talk.of(desk).write("look", About(None, "car"))
    settled(panel, qtbot)
    assert stage.label(0) == "car 7 ✎"
    assert marks.named(stage) == [0], "its name is written also where it is not selected"
    desk.undo()
    settled(panel, qtbot)
    assert stage.label(0) == "car 7"


def test_the_timeline_marks_frames_with_open_comments(panel: CommentsPanel, qtbot: QtBot) -> None:
    desk = panel._desk
    bar = TimeBar(desk)
    qtbot.addWidget(bar)
    bar.resize(700, bar.sizeHint().height())
    bar.show()
    plain = bar.grab().toImage()

    def marked() -> list[int]:
        """The frames over whose place in the picture something is drawn that was not there."""
        now, found = bar.grab().toImage(), []
        for frame in range(1, len(desk.times_ns)):  # the playhead stands on 0
            x, rows = round(bar.x_of(frame)), range(bar.height() // 2)
            if any(now.pixel(x + dx, y) != plain.pixel(x + dx, y) for dx in (-4, 0, 4) for y in rows):
                found.append(frame)
        return found

    talk = Talk.of(desk)
    talk.write("fog <here>", About(4))
    talk.write("of nobody who is selected", About(2, "walker"))
    settled(panel, qtbot)
    assert marked() == [2, 4]
    tip = bar._tip(QPointF(bar.x_of(4), 5), "")
    assert "fog &lt;here&gt;" in tip, "as it was written, and no tag"
    assert "<b>track anna</b>: of nobody" in bar._tip(QPointF(bar.x_of(2), 5), "")
    faint = bar.grab().toImage()
    desk.select("walker")
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 1)
    x, y = round(bar.x_of(2)), round(bar._row + 10)
    assert bar.grab().toImage().pixelColor(x, y).lightness() > faint.pixelColor(x, y).lightness() + 40
    assert [frame for frame, found in open_comments(desk).items() if found] == [4, 2]
    desk.select("")
    talk.settle([comment.token for comment in stored(panel)], done=True)
    settled(panel, qtbot)
    assert marked() == []


def test_a_long_comment_is_read_in_the_list(panel: CommentsPanel, qtbot: QtBot) -> None:
    talk = Talk.of(panel._desk)
    for text in ("short", "word " * 40, "字" * 120):
        talk.write(text, About(1))
    settled(panel, qtbot)
    short, words, letters = (panel.tree.visualItemRect(panel.tree.topLevelItem(at)).height() for at in range(3))
    assert words > 3 * short
    assert letters > 3 * short
    before = words
    panel.resize(900, 460)
    qtbot.waitUntil(lambda: panel.tree.visualItemRect(panel.tree.topLevelItem(1)).height() < before)
    panel.resize(420, panel.height() - panel.tree.viewport().height() + 2 * short)  # room for two lines
    long = panel.tree.topLevelItem(1)
    qtbot.waitUntil(lambda: short < panel.tree.visualItemRect(long).height() <= panel.tree.viewport().height())
