"""What commands share on the terminal: a progress bar, tables, findings and JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lidar_label.jobs import Report
    from lidar_label.model import Finding
    from lidar_label.progress import Progress

_STYLES = {"info": "cyan", "warning": "yellow", "error": "red"}


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever a command reports
    """Print a value as JSON on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give a `Progress` that draws a bar on a terminal once the work takes over a second; notes are lines over it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from lidar_label.progress import Progress

    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    task = bar.add_task("", total=None)

    def show(done: int, total: int, text: str) -> None:
        bar.update(task, completed=done, total=total, description=text)

    with bar:
        yield Progress(show, lambda text: bar.console.print(f"note: {text}", markup=False, soft_wrap=True))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table on standard output; numbers stand to the right."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for index, column in enumerate(columns):
        numbers = all(isinstance(row[index], int | float) for row in rows)
        table.add_column(column, justify="right" if numbers and rows else "left", overflow="fold")
    for row in rows:
        table.add_row(*[escape(f"{cell:.2f}" if isinstance(cell, float) else str(cell)) for cell in row])
    console = Console()
    if not sys.stdout.isatty():
        console = Console(width=120)
    console.print(table)


def print_findings(findings: Sequence[Finding]) -> None:
    """Print findings on standard output, one a line, the gravest first."""
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True)
    for severity in ("error", "warning", "info"):
        for finding in findings:
            if finding.severity == severity:
                place = f" [{finding.where}]" if finding.where else ""
                line = Text(f"{severity}: ", style=_STYLES[severity])
                console.print(line.append(f"{finding.message}{place}", style="default"))


def print_losses(losses: Sequence[Finding]) -> None:
    """Say on standard error what will be lost, each thing once with the scenes it is lost from."""
    scenes: dict[str, list[str]] = {}
    for loss in losses:
        scenes.setdefault(loss.message, []).append(loss.where)
    for message, names in scenes.items():
        named = [name for name in dict.fromkeys(names) if name]
        place = f" [{', '.join(named[:3])}{f' and {len(named) - 3} more' if len(named) > 3 else ''}]" if named else ""
        sys.stderr.write(f"lost: {message}{place}\n")


def print_report(report: Report, title: str, as_json: bool) -> None:
    """Print what a job did, for a person or as JSON."""
    if as_json:
        print_json(report.as_dict())
        return
    rows = [(s.name, s.status, s.frames, s.tracks, s.boxes) for s in report.scenes]
    print_table(title, ("scene", "status", "frames", "tracks", "boxes"), rows)
    for scene in report.failed:
        sys.stderr.write(f"failed: {scene.name}: {scene.reason}\n")
    print_findings(report.findings)
