"""Check the labels of a scene against every rule."""

from __future__ import annotations

from lidar_label.check.rules import RULES, Rule
from lidar_label.check.subject import Remark, Subject
from lidar_label.model import Finding, Labels, Scene, Taxonomy


def check_labels(scene: Scene, labels: Labels, taxonomy: Taxonomy) -> list[Finding]:
    """Return what is wrong with the labels of one scene, rule by rule, errors first.

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
    subject = Subject(scene, labels, taxonomy)
    return [(rule, remark) for rule in RULES for remark in rule.find(subject)]
