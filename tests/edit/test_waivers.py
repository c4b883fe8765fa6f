"""Waivers are kept in the project, undone like every edit, and hold while what they are about gets no worse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lidar_label.check import Found, Remark, rule_named, waiver_for, without_waived
from lidar_label.edit import AddTrack, AddWaiver, DeleteWaivers, RemoveScene, Session, SetTaxonomy
from lidar_label.errors import CannotEdit, InvalidValue
from lidar_label.model import SE3, Box, Taxonomy, Track, Waiver
from lidar_label.store import SceneRef

CAR = Track(category="car", token="t1")


def jump(value: float, frame: int = 2, *frames: int) -> Found:
    rule = rule_named("jump")
    remark = Remark("the box lies off", CAR, frame, value, 0.5, frames)
    return Found(rule, remark, rule.confidence(remark))


def test_a_waiver_is_an_edit(session: Session, ref: SceneRef) -> None:
    box = Box(track="t1", frame=2, world_SE3_box=SE3.identity("world", "box"), size=(4, 2, 1.5))
    session.do(AddTrack(ref.token, CAR, (box,)))
    waiver = waiver_for(jump(0.8), ref.token, "it was hit by another car", author="kim", time_ns=5)
    session.do(AddWaiver(waiver))
    assert session.store.waivers(ref.token) == (waiver,)
    session.undo()
    assert session.store.waivers(ref.token) == ()
    session.redo()
    session.do(DeleteWaivers((waiver.token,)))
    assert session.store.waivers(ref.token) == ()
    session.undo()
    session.do(RemoveScene(ref.token))
    assert session.store.waivers(ref.token) == ()
    session.undo()
    assert session.store.waivers(ref.token) == (waiver,)


def test_it_holds_while_the_value_gets_no_worse() -> None:
    waiver = waiver_for(jump(0.8), "s", "so it was")
    assert without_waived([jump(0.8), jump(0.6)], [waiver]) == ([], [(jump(0.8), waiver), (jump(0.6), waiver)])
    worse, elsewhere, wider = jump(1.2), jump(0.7, 5), jump(0.7, 3, 2, 3)
    assert without_waived([worse, elsewhere, wider], [waiver])[0] == [worse, elsewhere]
    assert without_waived([jump(0.8)], [replace(waiver, rule="leap")])[0] == [jump(0.8)]


def test_a_waiver_needs_a_reason_and_a_place(session: Session, ref: SceneRef) -> None:
    with pytest.raises(InvalidValue, match="reason"):
        Waiver(scene=ref.token, rule="jump", reason=" ")
    with pytest.raises(CannotEdit):
        session.do(AddWaiver(Waiver(scene=ref.token, rule="jump", reason="r", frame=10**6)))
    with pytest.raises(CannotEdit, match="no waiver"):
        session.do(DeleteWaivers(("nothing",)))


def test_limits_of_a_category_are_kept(session: Session, ref: SceneRef) -> None:
    taxonomy = session.store.taxonomy()
    changed = Taxonomy(
        [replace(c, limits=(("speed", 15.0),)) for c in taxonomy.categories], taxonomy.attributes, taxonomy.visibilities
    )
    session.do(SetTaxonomy(changed))
    assert session.store.taxonomy() == changed
    session.undo()
    assert session.store.taxonomy() == taxonomy
