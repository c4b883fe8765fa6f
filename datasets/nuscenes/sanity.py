"""Rules on tables of nuScenes: tables and columns, references, chains, counts, key frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.nuscenes import sanity_values
from lidar_label.datasets.nuscenes.audit import MAY_LACK, REFERENCES
from lidar_label.datasets.nuscenes.folder import tables_of
from lidar_label.datasets.nuscenes.sanity_tables import LISTS, Folder, Ints
from lidar_label.datasets.nuscenes.schema import SCHEMA
from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by
from lidar_label.datasets.sanity.rule import Said
from lidar_label.model import Finding

_ENDS = {
    "scene": ("sample", "scene_token", "first_sample_token", "last_sample_token", "nbr_samples"),
    "instance": ("sample_annotation", "instance_token", "first_annotation_token", "last_annotation_token",
                 "nbr_annotations"),
}  # fmt: skip


def sanity(place: Path) -> Iterator[Finding]:
    """Yield what a reader of these tables will trip over.

    Raises
    ------
    UnknownFormat, UnreadableFile
        If there are no tables, or several versions of them.
    """
    place = place.resolve() if place.name in ("", "..") else place
    yield from found_by(RULES, Folder(place, tables_of(place)))


def absent_tables(folder: Folder) -> Iterator[Said]:
    """Find tables of the schema that are not there."""
    for table in SCHEMA:
        if not folder.has(table):
            yield f"{table}.json is not there", folder.tables


def unreadable_tables(folder: Folder) -> Iterator[Said]:
    """Find tables that are no list of JSON objects."""
    for table in SCHEMA:
        if folder[table].fault:
            yield folder[table].fault, folder.path(table)


def absent_columns(folder: Folder) -> Iterator[Said]:
    """Find columns that rows lack."""
    for table in SCHEMA:
        for key, number in folder[table].lacking.items():
            if key not in MAY_LACK.get(table, ()):
                yield f"{number} of {folder[table].count} rows have no {key}", folder.path(table)


def absent_extras(folder: Folder) -> Iterator[Said]:
    """Find columns that rows lack and we can do without."""
    for table in SCHEMA:
        for key, number in folder[table].lacking.items():
            if key in MAY_LACK.get(table, ()):
                yield f"{number} of {folder[table].count} rows have no {key}", folder.path(table)


def doubled_tokens(folder: Folder) -> Iterator[Said]:
    """Find rows with the token of another one."""
    for table in SCHEMA:
        columns = folder[table]
        tokens, rows = columns.places
        again = np.flatnonzero((np.diff(tokens) == 0) & (tokens[1:] != 0)) + 1
        if len(again):
            yield f"{len(again)} rows have the token of another one", columns.row(int(rows[again].min()))


def dangling(folder: Folder) -> Iterator[Said]:
    """Find tokens that name no row."""
    for table, keys in REFERENCES.items():
        for key, other in keys.items():
            if not folder.has(other) or folder[other].fault:
                continue
            if key == LISTS.get(table):
                tokens, rows = folder[table].listed
            else:
                tokens, rows = folder[table].tokens[key], np.arange(folder[table].count)
            lost = np.flatnonzero((folder[other].rows_of(tokens) < 0) & ((tokens != 0) | (key != "visibility_token")))
            if len(lost):
                message = f"{key} of {len(lost)} rows is not in {other}.json"
                yield message, folder[table].row(int(rows[lost[0]]))


def broken_chains(folder: Folder) -> Iterator[Said]:
    """Find rows whose next one does not name them as its previous one, or is of another chain, or earlier."""
    for table in ("sample", "sample_data", "sample_annotation"):
        columns, own, times = folder[table], _chain(folder, table), _times(folder, table)
        for key, back, later in (("next", "prev", 1), ("prev", "next", -1)):
            tokens = columns.tokens[key]
            rows = columns.rows_of(tokens)
            named, here = np.flatnonzero(tokens != 0), rows[tokens != 0]
            for what, wrong in (
                ("is not there", here < 0),
                (f"does not name them as its {back}", columns.tokens[back][here] != columns.tokens["token"][named]),
                ("is of another scene, channel or track", own[here] != own[named]),
                ("is not later" if later > 0 else "is not earlier", later * (times[here] - times[named]) <= 0),
            ):
                over = np.flatnonzero(wrong & ((here >= 0) | (what == "is not there")))
                if len(over):
                    yield f"the {key} of {len(over)} rows {what}", columns.row(int(named[over[0]]))


def cut_chains(folder: Folder) -> Iterator[Said]:
    """Find chains in more than one piece: who walks along next meets a part alone."""
    for table in ("sample", "sample_data", "sample_annotation"):
        columns, own = folder[table], _chain(folder, table)
        first = np.flatnonzero((columns.tokens["prev"] == 0) & (own != 0))
        chains, numbers = np.unique(own[first], return_counts=True)
        cut = chains[numbers > 1]
        if len(cut):
            message = f"{len(cut)} chains of next and prev are in several pieces"
            yield message, columns.row(int(first[np.isin(own[first], cut)][1]))


def wrong_ends(folder: Folder) -> Iterator[Said]:
    """Find first and last rows that are not the first and the last of their kind."""
    for table, (other, back, first, last, _) in _ENDS.items():
        columns, members = folder[table], folder[other]
        times = _times(folder, other)
        for key, sign in ((first, 1.0), (last, -1.0)):
            order = np.lexsort((sign * times, members.tokens[back]))
            groups, starts = np.unique(members.tokens[back][order], return_index=True)
            if not len(groups):
                continue
            at = np.minimum(np.searchsorted(groups, columns.tokens["token"]), len(groups) - 1)
            there = groups[at] == columns.tokens["token"]
            right = members.tokens["token"][order[starts[at]]]
            wrong = np.flatnonzero(there & (columns.tokens[key] != right))
            if len(wrong):
                message = f"{key} of {len(wrong)} rows is not the {key.split('_')[0]} by time"
                yield message, columns.row(int(wrong[0]))


def wrong_counts(folder: Folder) -> Iterator[Said]:
    """Find counts that are not what there is."""
    for table, (other, back, *_, key) in _ENDS.items():
        columns = folder[table]
        groups, numbers = np.unique(folder[other].tokens[back], return_counts=True)
        said = columns.numbers[key]
        there = np.zeros(columns.count)
        if len(groups):
            at = np.minimum(np.searchsorted(groups, columns.tokens["token"]), len(groups) - 1)
            there = np.where(groups[at] == columns.tokens["token"], numbers[at], 0)
        wrong = np.flatnonzero(np.isfinite(said) & (said != there))
        if len(wrong):
            row = int(wrong[0])
            message = f"{key} of {len(wrong)} rows is wrong: it says {said[row]:.0f}, and there are {there[row]:.0f}"
            yield message, columns.row(row)


def unused_rows(folder: Folder) -> Iterator[Said]:
    """Find tracks without annotations, samples without data and scenes without samples."""
    for table, other, key in (
        ("instance", "sample_annotation", "instance_token"),
        ("sample", "sample_data", "sample_token"),
        ("scene", "sample", "scene_token"),
    ):
        columns = folder[table]
        bare = np.flatnonzero(~np.isin(columns.tokens["token"], folder[other].tokens[key]))
        if folder.has(other) and not folder[other].fault and len(bare):
            yield f"{len(bare)} of {columns.count} rows have no {other}", columns.row(int(bare[0]))


def key_frames(folder: Folder) -> Iterator[Said]:
    """Find samples that lack the key recording of a channel of their scene, or have two."""
    samples, of_sample, channel = _keys(folder)
    scene_of = folder["sample"].tokens["scene_token"]
    pairs, numbers = np.unique(np.column_stack([of_sample, channel]), axis=0, return_counts=True)
    for sample, kind in pairs[numbers > 1][:1].tolist():
        number = int((numbers > 1).sum())
        message = f"{number} samples have two key recordings of one channel, as of {samples[kind]}"
        yield message, folder["sample"].row(sample)
    scenes = np.unique(np.column_stack([scene_of[pairs[:, 0]], pairs[:, 1]]), axis=0)
    have = set(map(tuple, pairs.tolist()))
    by_scene: dict[int, list[int]] = {}
    for scene, kind in scenes.tolist():
        by_scene.setdefault(scene, []).append(kind)
    for kind, name in enumerate(samples):
        lack = [
            row for row, scene in enumerate(scene_of.tolist())
            if kind in by_scene.get(scene, ()) and (row, kind) not in have
        ]  # fmt: skip
        if lack:
            yield f"{len(lack)} samples have no key recording of {name}", folder["sample"].row(lack[0])


def no_key_frames(folder: Folder) -> Iterator[Said]:
    """Find samples without any key recording of a LiDAR."""
    _, modalities = folder.channels
    data = folder["sample_data"]
    rows = folder["calibrated_sensor"].rows_of(data.tokens["calibrated_sensor_token"])
    lidar = np.array([kind == "lidar" for kind in modalities] or [False])
    key = data.numbers["is_key_frame"] == 1
    with_one = folder["sample"].rows_of(data.tokens["sample_token"][key & (rows >= 0) & lidar[rows]])
    bare = np.setdiff1d(np.arange(folder["sample"].count), with_one)
    if len(bare):
        message = f"{len(bare)} of {folder['sample'].count} samples have no key recording of a LiDAR"
        yield message, folder["sample"].row(int(bare[0]))


def instances_twice(folder: Folder) -> Iterator[Said]:
    """Find tracks with two boxes in one sample."""
    rows = folder["sample_annotation"]
    pairs = np.column_stack([rows.tokens["sample_token"], rows.tokens["instance_token"]])
    _, first, numbers = np.unique(pairs, axis=0, return_index=True, return_counts=True)
    if (numbers > 1).any():
        message = f"{int((numbers > 1).sum())} tracks have two boxes in one sample"
        yield message, rows.row(int(first[numbers > 1].min()))


def _chain(folder: Folder, table: str) -> Ints:
    """Return which chain each row is of: its scene, its channel in its scene, its track."""
    columns = folder[table]
    if table == "sample":
        return columns.tokens["scene_token"]
    if table == "sample_annotation":
        return columns.tokens["instance_token"]
    channels, _ = folder.channels
    rows = folder["calibrated_sensor"].rows_of(columns.tokens["calibrated_sensor_token"])
    names = {name: hash(name) for name in set(channels)}
    kinds = np.array([names[name] for name in channels] or [0], np.int64)
    samples = folder["sample"].rows_of(columns.tokens["sample_token"])
    scenes = folder["sample"].tokens["scene_token"] if folder["sample"].count else np.zeros(1, np.int64)
    known = (rows >= 0) & (samples >= 0)
    return np.where(known, kinds[rows] ^ scenes[samples], 0)


def _times(folder: Folder, table: str) -> NDArray[np.float64]:
    """Return the time of each row; an annotation's is that of its sample."""
    if table != "sample_annotation":
        return folder[table].numbers["timestamp"]
    rows = folder["sample"].rows_of(folder[table].tokens["sample_token"])
    times = folder["sample"].numbers["timestamp"]
    return np.where(rows >= 0, times[rows], np.nan) if len(times) else np.full(len(rows), np.nan)


def _keys(folder: Folder) -> tuple[list[str], Ints, Ints]:
    """Return the names of channels, and of each key recording the row of its sample and its channel."""
    data, (channels, _) = folder["sample_data"], folder.channels
    names = sorted(set(filter(None, channels)))
    kinds = np.array([names.index(name) if name else -1 for name in channels] or [-1], np.int64)
    rows = folder["calibrated_sensor"].rows_of(data.tokens["calibrated_sensor_token"])
    samples = folder["sample"].rows_of(data.tokens["sample_token"])
    kept = (data.numbers["is_key_frame"] == 1) & (rows >= 0) & (samples >= 0)
    kept &= kinds[rows] >= 0
    return names, samples[kept], kinds[rows[kept]]


RULES = folder_rules(
    FolderRule("table-missing", "Table that is not there", "error",
               "Readers open all thirteen tables before anything else.", absent_tables),
    FolderRule("table-unreadable", "Table that is no list of rows", "error",
               "A table that was cut off or edited by hand cannot be opened at all.", unreadable_tables),
    FolderRule("column-missing", "Column that rows lack", "error",
               "What every reader asks of a row is not in it.", absent_columns),
    FolderRule("column-lacking", "Column of the schema that rows do without", "warning",
               "We can do without it; the devkit and others ask for it and stop.", absent_extras),
    FolderRule("double-token", "Two rows with one token", "error",
               "A token names one row; the second one hides the first, or is hidden.", doubled_tokens),
    FolderRule("dangling-reference", "Token that names no row", "error",
               "A row that another one needs is not there.", dangling),
    FolderRule("broken-chain", "next and prev that do not fit", "error",
               "Tracks and velocities are read by walking along next and prev.", broken_chains),
    FolderRule("cut-chain", "Chain in several pieces", "warning",
               "Who walks along next from the first row never comes to the rest.", cut_chains),
    FolderRule("wrong-end", "First or last row that is not", "error",
               "Scenes and tracks are walked from their first to their last row.", wrong_ends),
    FolderRule("wrong-count", "Count that is not what there is", "warning",
               "Loops that go by the count stop too early or fail.", wrong_counts),
    FolderRule("unused-row", "Row that nothing uses", "warning",
               "A track without a box, or a sample without data, was half deleted.", unused_rows),
    FolderRule("key-frames", "Samples without, or with two, key recordings of a channel", "error",
               "Readers ask every sample for each channel and take the key recording.", key_frames),
    FolderRule("no-key-frame", "Sample without a LiDAR's key recording", "error",
               "A label without points can be neither drawn nor counted.", no_key_frames),
    FolderRule("instance-twice", "Track with two boxes in a sample", "error",
               "A thing is in one place at a time; its chain cannot go through both.", instances_twice),
    *sanity_values.RULES,
)  # fmt: skip
