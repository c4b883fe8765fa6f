"""Check the labels of a scene against the rules that need no sensor data."""

from __future__ import annotations

from lidar_label.check.rule import Rule
from lidar_label.check.rules import RULES
from lidar_label.check.run import check_drive
from lidar_label.check.subject import Remark
from lidar_label.model import Finding, Labels, Scene, Taxonomy


def check_labels(scene: Scene, labels: Labels, taxonomy: Taxonomy) -> list[Finding]:
    """Return what must be said of labels that leave, rule by rule, errors first.

    Parameters
    ----------
    scene : Scene
        The drive the labels belong to; none of its sensor data is read.
    labels : Labels
    taxonomy : Taxonomy

    Returns
    -------
    list of Finding
        `code` is the id of a `Rule`; breaks of one kind in many frames of a track are one finding.
        An export must not be made where one has severity "error".
    """
    return [
        Finding(rule.severity, rule.id, remark.message, remark.where(scene))
        for rule, remark in remarks_on(scene, labels, taxonomy)
    ]


def remarks_on(scene: Scene, labels: Labels, taxonomy: Taxonomy) -> list[tuple[Rule, Remark]]:
    """Return the same as rules with their remarks, for those who go to the track and frame."""
    leaving = [rule for rule in RULES if rule.leaves]
    found = check_drive(scene, labels, taxonomy, leaving, points=False)
    rank = {rule.id: place for place, rule in enumerate(RULES)}
    found.sort(key=lambda one: rank.get(one.rule.id, -1))
    return [(one.rule, one.remark) for one in found]
