"""Findings as SARIF, which code hosts and CI systems read."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from lidar_label.check import Found, all_rules
from lidar_label.jobs.checking import Checked
from lidar_label.jobs.sanity import sanity_rules

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(checked: Checked) -> dict[str, Any]:
    """Return findings as a SARIF 2.1.0 log; waived ones are there, suppressed with their reason."""
    from lidar_label import __version__

    results = [_result(checked, scene.name, one) for scene in checked.scenes for one in scene.found]
    for scene in checked.scenes:
        for one, waiver in scene.waived:
            word = {"kind": "external", "status": "accepted", "justification": waiver.reason}
            results.append({**_result(checked, scene.name, one), "suppressions": [word]})
    results += [
        {
            "ruleId": finding.code,
            "level": _LEVELS[finding.severity],
            "message": {"text": f"{finding.message} [{finding.where}]" if finding.where else finding.message},
            "locations": [_location(checked, finding.where or checked.path.name)],
        }
        for finding in checked.findings
    ]
    rules = [
        {
            "id": rule.id,
            "name": "".join(word.capitalize() for word in rule.id.split("-")),
            "shortDescription": {"text": rule.name},
            "fullDescription": {"text": rule.why},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in all_rules()
    ]
    known = {rule["id"] for rule in rules}
    folders = {rule.id: rule for _, rule in sanity_rules()} if checked.findings else {}
    for code in dict.fromkeys(finding.code for finding in checked.findings if finding.code not in known):
        rule = folders.get(code)
        told = {} if rule is None else {"shortDescription": {"text": rule.name}, "fullDescription": {"text": rule.why}}
        rules.append({"id": code, **told})
    driver = {"name": "lidar-label", "version": __version__, "rules": rules}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _result(checked: Checked, scene: str, one: Found) -> dict[str, Any]:
    remark = one.remark
    words = [f"scene {scene}"]
    words += [f"frame {remark.frame}"] if remark.frame >= 0 else []
    words += [f"track {remark.track.token}"] if remark.track is not None else []
    return {
        "ruleId": one.rule.id,
        "level": _LEVELS[one.rule.severity],
        "message": {"text": f"{remark.message} [{', '.join(words)}]"},
        "rank": round(100 * one.confidence, 1),
        "locations": [_location(checked, "/".join(word.replace(" ", ":") for word in words))],
        "partialFingerprints": {"place/v1": "/".join([one.rule.id, *words])},
    }


def _location(checked: Checked, name: str) -> dict[str, Any]:
    return {
        "physicalLocation": {"artifactLocation": {"uri": quote(checked.path.name)}},
        "logicalLocations": [{"fullyQualifiedName": name}],
    }
