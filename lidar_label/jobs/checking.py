"""Check the labels of a project or of somebody's folder against all rules, scene by scene."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lidar_label.check import Found, all_rules, check_drive, rule_named, without_waived
from lidar_label.datasets import Drive, ReadOptions
from lidar_label.datasets.sanity.drives import drive_findings
from lidar_label.errors import Cancelled, LidarLabelError
from lidar_label.jobs.check_figures import Figures, figures_of
from lidar_label.jobs.project import SUFFIX, Project
from lidar_label.jobs.sanity import folder_findings, unreadable
from lidar_label.jobs.scenes import Source
from lidar_label.model import Finding, Severity, Taxonomy, Waiver
from lidar_label.progress import Progress

NO_OPTIONS = ReadOptions()
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, kw_only=True)
class SceneCheck:
    """What was found in one scene: `found` the worst first, `waived` with a person's word for each.

    `figures` counts boxes and findings by who made the box; `pictures` are PNGs by the place of a finding in `found`.
    """

    name: str
    frames: int
    boxes: int
    found: Sequence[Found]
    waived: Sequence[tuple[Found, Waiver]] = ()
    figures: Figures = field(default_factory=dict)
    pictures: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class _Said:
    """What a project knows beside its labels: what was waived, and who wrote each box last, by its token."""

    waivers: Sequence[Waiver] = ()
    authors: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Checked:
    """What was found in all scenes; `findings` is what readers had to say of the data."""

    path: Path
    scenes: list[SceneCheck] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        counted = Counter(one.rule.severity for scene in self.scenes for one in scene.found)
        counted.update(finding.severity for finding in self.findings)
        return {severity: counted[severity] for severity in SEVERITIES}

    def fails(self, least: str) -> bool:
        """Say whether there is a finding of a severity or a graver one; "never" never fails."""
        if least not in SEVERITIES:
            return False
        return any(self.counts[severity] for severity in SEVERITIES[: SEVERITIES.index(least) + 1])

    def rule_rows(self) -> list[tuple[str, str, int, str]]:
        """Return severity, id, number of findings and name of each rule that is broken, the gravest first."""
        rules = {one.rule.id: one.rule for scene in self.scenes for one in scene.found}
        numbers = Counter(one.rule.id for scene in self.scenes for one in scene.found)
        order = sorted(rules.values(), key=lambda rule: (SEVERITIES.index(rule.severity), -numbers[rule.id]))
        return [(rule.severity, rule.id, numbers[rule.id], rule.name) for rule in order]

    def lines(self) -> list[str]:
        """Return the findings as lines of text, scene by scene, the worst first."""
        return [
            f"{one.rule.severity}: {one.remark.message} [{_place(scene.name, one)}]"
            f" ({one.rule.id}, {one.confidence:.0%})"
            for scene in self.scenes
            for one in scene.found
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the findings as the command line's JSON prints them."""
        rows = [_row(scene.name, one) for scene in self.scenes for one in scene.found]
        rows += [
            {"rule": f.code, "severity": f.severity, "scene": "", "frame": None, "track": None, "message": f.message,
             "where": f.where, "confidence": 1.0}
            for f in self.findings
        ]  # fmt: skip
        waived = [
            {**_row(scene.name, one), "reason": waiver.reason, "author": waiver.author}
            for scene in self.scenes
            for one, waiver in scene.waived
        ]
        scenes = [{"name": s.name, "frames": s.frames, "boxes": s.boxes, "findings": len(s.found)} for s in self.scenes]
        return {"findings": rows, "counts": self.counts, "scenes": scenes, "waived": waived}


def _place(scene: str, one: Found) -> str:
    remark = one.remark
    words = [scene]
    words += [f"frame {remark.frame}"] if remark.frame >= 0 else []
    if remark.track is not None:
        words.append(f"{remark.track.category} {remark.track.name or remark.track.token}")
    return ", ".join(words)


def rule_rows() -> list[tuple[str, str, str, str]]:
    """Return id, severity, name and reason of each rule there is."""
    return [(rule.id, rule.severity, rule.name, rule.why) for rule in all_rules()]


def _row(scene: str, one: Found) -> dict[str, Any]:
    rule, remark = one.rule, one.remark
    return {
        "rule": rule.id,
        "severity": rule.severity,
        "scene": scene,
        "frame": remark.frame if remark.frame >= 0 else None,
        "track": remark.track.token if remark.track is not None else None,
        "message": remark.message,
        "name": rule.name,
        "category": remark.track.category if remark.track is not None else None,
        "confidence": one.confidence,
        "value": remark.value,
        "bound": remark.bound,
        "frames": list(remark.frames),
        "place": remark.place,
        "view": rule.view,
    }


def check_path(
    path: Path,
    source_format: str = "",
    read: ReadOptions = NO_OPTIONS,
    *,
    rules: Sequence[str] = (),
    points: bool = True,
    pictures: int = 0,
    threads: int = 2,
    progress: Progress | None = None,
) -> Checked:
    """Check a project file or a data set with labels.

    Parameters
    ----------
    path : Path
    source_format : str
        The data set's format, where the files do not tell.
    read : ReadOptions
    rules : sequence of str
        Ids of the rules; all without.
    points : bool
        False reads no sensor data.
    pictures : int
        Of how many findings of each scene a picture is made.
    threads : int
        How many sweeps are measured at once.
    progress : Progress, optional

    Raises
    ------
    Cancelled
        If the progress was stopped.
    LidarLabelError
        If nothing in it can be read, or a rule does not exist.
    """
    asked = tuple(rule_named(name) for name in rules) or None
    checked = Checked(path=path)
    progress = progress or Progress()
    for drive, taxonomy, said in _drives(path, source_format, read, checked, points=points):
        found = check_drive(
            drive.scene, drive.labels, taxonomy, asked, points=points, threads=threads, progress=progress
        )
        checked.scenes.append(_scene_check(drive, *without_waived(found, said.waivers), said.authors, pictures))
    checked.findings = list(dict.fromkeys(checked.findings))
    return checked


def _scene_check(
    drive: Drive, found: list[Found], waived: list[tuple[Found, Waiver]], authors: Mapping[str, str], pictures: int
) -> SceneCheck:
    scene, labels = drive.scene, drive.labels
    drawn: Mapping[int, bytes] = {}
    if pictures:
        from lidar_label.jobs.check_pictures import pictures_of

        drawn = pictures_of(scene, labels, found[:pictures])
    return SceneCheck(
        name=scene.name,
        frames=len(scene.frames),
        boxes=len(labels),
        found=found,
        waived=waived,
        figures=figures_of(labels, found, authors),
        pictures=drawn,
    )


def _drives(
    path: Path, source_format: str, read: ReadOptions, checked: Checked, *, points: bool
) -> Iterator[tuple[Drive, Taxonomy, _Said]]:
    """Yield the drives of a path, each read when it is asked for; one that cannot be read is a finding."""
    if path.is_file() and path.suffix == SUFFIX:
        with Project(path) as project:
            store = project.session.store
            authors = store.box_authors()
            for ref in project.refs:
                drive = Drive(scene=project.scene(ref.token), labels=store.labels(ref.token))
                yield drive, store.taxonomy(), _Said(store.waivers(ref.token), authors)
                checked.findings += project.findings(ref.token)
        return
    broken = folder_findings(path, source_format)
    checked.findings += broken
    source = Source(path, source_format, read)
    try:
        names = source.dataset.scene_names
    except LidarLabelError as error:
        if not any(finding.severity == "error" for finding in broken):
            raise
        checked.findings.append(unreadable(error))  # the folder's own rules say why
        return
    for name in names:
        try:
            drive = source.drive(name)
        except Cancelled:
            raise
        except LidarLabelError as error:
            if len(names) == 1 and not any(finding.severity == "error" for finding in broken):
                raise
            checked.findings.append(unreadable(error, name))
            continue
        if points:
            known = {finding.code for finding in checked.findings}
            checked.findings += [finding for finding in drive_findings(drive) if finding.code not in known]
        yield drive, source.dataset.taxonomy, _Said()
        checked.findings += source.news()
