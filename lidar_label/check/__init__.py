"""What labels must satisfy before they leave, as a table of rules."""

from lidar_label.check.labels import check_labels, remarks_on
from lidar_label.check.rules import RULES, Rule

__all__ = ["RULES", "Rule", "check_labels", "remarks_on"]
