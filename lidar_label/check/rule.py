"""A rule of labels as data: what it is called, what it looks at, how bad a break is, and why it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from lidar_label.check.subject import Remark
from lidar_label.model import Severity

Scope = Literal["labels", "scene", "track", "frame", "sight", "unlabelled"]
View = Literal["top", "side", "camera", "timeline", "table"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of labels.

    Parameters
    ----------
    id : str
        Stable name in kebab-case; the `code` of its findings.
    name : str
        A few words for a list.
    severity : "info", "warning" or "error"
        An error stops an export.
    why : str
        What goes wrong where the rule is broken.
    find : callable
        Yields one remark a break, from what its scope names.
    scope : str
        What `find` is given. "labels": a `Subject`, of which the boxes of one track are enough; "scene": a
        `Subject` with all tracks; "track": the `Course` of one track; "frame": the `Row` of boxes of one frame;
        "sight": the `Seen` of one track, with what the points say of its boxes; "unlabelled": the `Strangers` of a
        scene, which no box holds.
    view : str
        Where a break is seen best.
    trust : float, 0 to 1
        How sure a break is at its worst; the confidence of findings goes up to it.
    leaves : bool
        Whether it is asked of labels that leave, so that an export says it.
    """

    id: str
    name: str
    severity: Severity
    why: str
    find: Callable[[Any], Iterable[Remark]]
    scope: Scope = "labels"
    view: View = "top"
    trust: float = 0.95
    leaves: bool = False

    def confidence(self, remark: Remark) -> float:
        """Return how sure a remark is, 0 to 1: half of its trust at the bound, and all of it far beyond."""
        beyond = float(max(remark.excess, 1.0) ** -1.5)
        return round(self.trust * (1.0 - 0.5 * beyond), 3)


def table(*rules: Rule) -> tuple[Rule, ...]:
    """Return rules with errors first; two with one id raise."""
    ids = [rule.id for rule in rules]
    if len(set(ids)) != len(ids):
        raise ValueError(f"two rules share an id: {sorted(ids)}")
    rank = {"error": 0, "warning": 1, "info": 2}
    return tuple(sorted(rules, key=lambda rule: rank[rule.severity]))
