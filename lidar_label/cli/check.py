"""``lidar-label check``: what is wrong with labels, of a project or of somebody's folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lidar_label.cli import options
from lidar_label.cli.terminal import print_findings, print_json, print_table, progress_bar

if TYPE_CHECKING:
    from lidar_label.jobs.checking import Checked

_MOST = 40  # findings that are printed; --json has all
_PICTURES = 300  # of each scene
_FAIL_ON = ("error", "warning", "info", "never")


def check(
    path: Path = typer.Argument(None, help="A project file, or a data set's folder with labels."),
    source_format: str = options.SOURCE_FORMAT,
    fields: str = options.FIELDS,
    assume: list[str] = options.ASSUME,
    rules: list[str] = typer.Option([], "--rule", help="A rule by its id; may be given again.", metavar="ID"),
    list_rules: bool = typer.Option(False, "--list", help="Print the rules and stop."),
    points: bool = typer.Option(True, "--points/--no-points", help="Whether sensor data is read too."),
    sarif_file: Path = typer.Option(None, "--sarif", help="Write the findings for code hosts and CI.", metavar="FILE"),
    html_file: Path = typer.Option(None, "--html", help="Write a page with plots and pictures.", metavar="FILE"),
    fail_on: str = typer.Option("error", "--fail-on", help="Exit with 1 from this severity on; or never."),
    as_json: bool = options.AS_JSON,
) -> None:
    """Check labels: sizes, headings, motion, ground, points, doubles, gaps, attributes, times and more."""
    from lidar_label.jobs.checking import check_path, rule_rows

    if list_rules:
        print_table("Rules", ("id", "severity", "name", "why"), rule_rows())
        return
    if path is None:
        raise typer.BadParameter("say what to check", param_hint="PATH")
    if fail_on not in _FAIL_ON:
        raise typer.BadParameter(f"{fail_on!r} is none of {', '.join(_FAIL_ON)}", param_hint="--fail-on")
    with progress_bar() as progress:
        read = options.read_options(fields, assume)
        pictures = _PICTURES if html_file else 0
        checked = check_path(
            path, source_format, read, rules=rules, points=points, pictures=pictures, progress=progress
        )
    if sarif_file is not None:
        from lidar_label.jobs.check_sarif import sarif

        sarif_file.write_text(json.dumps(sarif(checked), indent=1, ensure_ascii=False), encoding="utf-8")
    if html_file is not None:
        from lidar_label.jobs.check_html import check_page

        html_file.write_text(check_page(checked), encoding="utf-8")
    if as_json:
        print_json(checked.as_dict())
    else:
        _print(checked)
    if checked.fails(fail_on):
        raise typer.Exit(1)


def _print(checked: Checked) -> None:
    """Print how often each rule is broken, and the gravest findings."""
    for scene in checked.scenes:
        typer.echo(f"{scene.name}: {scene.frames} frames, {scene.boxes} boxes, {len(scene.found)} findings")
    rows = checked.rule_rows()
    if rows:
        print_table("Findings", ("severity", "rule", "findings", "name"), rows)
    print_findings(checked.findings)
    said = checked.lines()
    for line in said[:_MOST]:
        typer.echo(line)
    if len(said) > _MOST:
        typer.echo(f"and {len(said) - _MOST} more; --json has all")
    waived = sum(len(scene.waived) for scene in checked.scenes)
    counts = ", ".join(f"{number} {severity}" for severity, number in checked.counts.items())
    typer.echo(f"{counts}" + (f", {waived} waived" if waived else ""))
