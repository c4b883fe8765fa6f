"""The command line's front door: which commands there are, and how an error leaves it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable

import typer

from lidar_label.cli import (
    agreement,
    areas,
    check,
    conventions,
    convert,
    demo,
    draft,
    export,
    formats,
    import_,
    info,
    lift,
    open_,
    overlays,
    propagate,
    segment,
    tiles,
)

_OBJECTS = 100_000  # made before Python looks for garbage: of libraries that are loaded it finds none, in half a second

app = typer.Typer(
    name="lidar-label",
    help="Label driving data in 3D: from a raw drive to checked box tracks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "open": open_.open_path,
    "info": info.info,
    "import": import_.import_drive,
    "export": export.export,
    "convert": convert.convert,
    "check": check.check,
    "draft": draft.draft,
    "lift": lift.lift,
    "propagate": propagate.propagate,
    "segment": segment.segment,
    "areas": areas.areas,
    "agreement": agreement.agreement,
    "conventions": conventions.conventions,
    "overlays": overlays.overlays,
    "formats": formats.formats,
}
for _name, _function in COMMANDS.items():
    app.command(_name)(_function)
app.add_typer(tiles.app, name="tiles")


def _show_version(wanted: bool) -> None:
    if wanted:
        from lidar_label import __version__

        typer.echo(f"lidar-label {__version__}")
        raise typer.Exit


@app.callback()
def _about(
    version: bool = typer.Option(False, "--version", help="Print the version.", callback=_show_version, is_eager=True),
    debug: bool = typer.Option(False, "--debug", help="Show where an error comes from. May stand anywhere."),
) -> None:
    """Label driving data in 3D: from a raw drive to checked box tracks."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; exit 0 when done, 1 when the input is wrong, 2 when the usage is."""
    gc.set_threshold(_OBJECTS, 20, 20)
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    given = [argument for argument in given if argument != "--debug"]
    try:
        app(args=given, prog_name="lidar-label")
    except Exception as error:
        if debug:
            raise
        _leave(error)
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        sys.exit(130)


def _leave(error: Exception) -> None:
    from lidar_label.errors import LidarLabelError

    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    if isinstance(error, LidarLabelError):
        sys.stderr.write(f"error: {error.line}\n")
    else:
        sys.stderr.write(
            f"error: something went wrong inside lidar-label: {type(error).__name__}: {error} "
            "(run it again with --debug and report what it prints)\n"
        )
    sys.exit(1)


if __name__ == "__main__":
    main()
