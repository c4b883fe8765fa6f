"""A rule of folders as data: what it is called, how bad a break is, and what a reader trips over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lidar_label.errors import LidarLabelError
from lidar_label.model import Finding, Severity

Said = tuple[str, object]  # a sentence, and where


@dataclass(frozen=True, slots=True)
class FolderRule:
    """A rule that files must meet so that others can read them.

    Parameters
    ----------
    id : str
        Stable name in kebab-case; the `code` of its findings.
    name : str
        A few words for a list.
    severity : "info", "warning" or "error"
    why : str
        What goes wrong where the rule is broken.
    find : callable
        Yields a sentence and a place for each break, from what the format hands to its rules.
    """

    id: str
    name: str
    severity: Severity
    why: str
    find: Callable[[Any], Iterable[Said]]


def folder_rules(*rules: FolderRule) -> tuple[FolderRule, ...]:
    """Return rules as a table; two with one id raise."""
    ids = [rule.id for rule in rules]
    if len(set(ids)) != len(ids):
        raise ValueError(f"two rules share an id: {sorted(ids)}")
    return rules


def found_by(rules: Sequence[FolderRule], given: object) -> Iterator[Finding]:
    """Yield what rules find; one that meets something it cannot read says that."""
    for rule in rules:
        try:
            for message, where in rule.find(given):
                yield Finding(rule.severity, rule.id, message, str(where))
        except LidarLabelError as error:
            yield Finding(rule.severity, rule.id, error.what, str(error.where))
