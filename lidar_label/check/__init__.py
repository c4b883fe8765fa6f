"""What labels must satisfy, as a table of rules: from the labels alone, and from the points."""

from lidar_label.check.cloud import Points, points_of
from lidar_label.check.labels import check_labels, remarks_on
from lidar_label.check.risk import risks, sample
from lidar_label.check.rule import Rule
from lidar_label.check.rules import RULES, all_rules, rule_named
from lidar_label.check.run import Found, check_drive, check_edit, in_order
from lidar_label.check.subject import Remark
from lidar_label.check.waive import waiver_for, without_waived

__all__ = [
    "RULES", "Found", "Points", "Remark", "Rule", "all_rules", "check_drive", "check_edit", "check_labels",
    "in_order", "points_of", "remarks_on", "risks", "rule_named", "sample", "waiver_for", "without_waived",
]  # fmt: skip
