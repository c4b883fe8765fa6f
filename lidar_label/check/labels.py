"""Check the labels of a scene against every rule."""

from __future__ import annotations

from lidar_label.check.rules import RULES
from lidar_label.check.subject import Subject
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
    subject = Subject(scene, labels, taxonomy)
    return [
        Finding(rule.severity, rule.id, remark.message, remark.where(scene))
        for rule in RULES
        for remark in rule.find(subject)
    ]
