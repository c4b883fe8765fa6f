"""Files that are named by where they lie on a server, or in another folder: which file here is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lidar_label.datasets.files import inside

_DEEPEST = 8


def local_path(link: str) -> list[str]:
    """Return the parts of the path of a link or file name; the last few, if there are many."""
    path = unquote(urlsplit(link).path) if "://" in link else link.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return parts[-_DEEPEST:]


def tails(parts: Sequence[str], least: int = 1) -> Iterator[list[str]]:
    """Yield the ends of a path, the longest first, down to its last `least` parts."""
    for skipped in range(len(parts) - least + 1):
        yield list(parts[skipped:])


def file_beneath(roots: Sequence[Path], paths: Iterable[Sequence[str]], where: object) -> Path | None:
    """Return the first of some paths that is a file beneath one of several folders; None where none is.

    Raises
    ------
    UnsafePath
        If a path climbs out of its folder, by ``..`` or through a link.
    """
    for parts in paths:
        for root in roots:
            path = root.joinpath(*parts)
            if ".." in parts or _is_file(path):
                return inside(root, "/".join(parts), where=where)
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # no disk has names so long
        return False


def folders_differ(links: Sequence[str]) -> bool:
    """Say whether the folders that files lie in tell them apart, as those of cameras do."""
    folders = ["".join(local_path(link)[-2:-1]) for link in links]
    return all(folders) and len(set(folders)) == len(folders)
