"""The tables of a project file as they are now; `migrations` is how older files get here."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

REVISION = "0009"
APPLICATION_ID = 0x4C694C61  # "LiLa": tells a project file from any other SQLite database

metadata = MetaData()


def _refers(column: str) -> ForeignKey:
    """A reference that is checked when the transaction ends, so that changes need no order."""
    return ForeignKey(column, deferrable=True, initially="DEFERRED")


project = Table(
    "project",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

scene = Table(
    "scene",
    metadata,
    Column("token", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("scene", Text, nullable=False),
    Column("frames", Integer, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("options", Text, nullable=False, server_default="{}"),  # JSON
)

category = Table(
    "category",
    metadata,
    Column("name", String, primary_key=True),
    Column("token", String, nullable=False, unique=True),
    Column("position", Integer, nullable=False),
    Column("description", Text, nullable=False),
    Column("length", Double),
    Column("width", Double),
    Column("height", Double),
    Column("color", String, nullable=False),
    Column("limits", Text),  # JSON
)

attribute = Table(
    "attribute",
    metadata,
    Column("name", String, primary_key=True),
    Column("token", String, nullable=False, unique=True),
    Column("position", Integer, nullable=False),
    Column("description", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("choices", Text, nullable=False),  # JSON
    Column("per", String, nullable=False),
    Column("categories", Text),  # JSON
)

visibility = Table(
    "visibility",
    metadata,
    Column("token", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("level", Text, nullable=False),
    Column("description", Text, nullable=False),
)

track = Table(
    "track",
    metadata,
    Column("token", String, primary_key=True),
    Column("scene", String, _refers("scene.token"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("category", String, _refers("category.name"), nullable=False),
    Column("attributes", Text, nullable=False),  # JSON
    Column("locked_length", Double),
    Column("locked_width", Double),
    Column("locked_height", Double),
    Index("track_scene", "scene", "position"),
    Index("track_category", "category"),
)

box = Table(
    "box",
    metadata,
    Column("track", String, _refers("track.token"), primary_key=True),
    Column("frame", Integer, primary_key=True, autoincrement=False),
    Column("scene", String, _refers("scene.token"), nullable=False),
    Column("token", String, nullable=False, unique=True),
    Column("x", Double, nullable=False),
    Column("y", Double, nullable=False),
    Column("z", Double, nullable=False),
    Column("qw", Double, nullable=False),
    Column("qx", Double, nullable=False),
    Column("qy", Double, nullable=False),
    Column("qz", Double, nullable=False),
    Column("length", Double, nullable=False),
    Column("width", Double, nullable=False),
    Column("height", Double, nullable=False),
    Column("attributes", Text, nullable=False),  # JSON
    Column("visibility", String, nullable=False),
    Column("is_keyframe", Boolean, nullable=False),
    Column("source", String, nullable=False),
    Column("score", Double),
    Column("num_lidar_pts", BigInteger),
    Column("num_radar_pts", BigInteger),
    Column("doubt", Text),
    Index("box_scene_frame", "scene", "frame"),
)

comment = Table(
    "comment",
    metadata,
    Column("token", String, primary_key=True),
    Column("scene", String, _refers("scene.token"), nullable=False),
    Column("frame", Integer),
    Column("track", String, _refers("track.token")),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("time_ns", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("reply_to", String, _refers("comment.token")),
    Index("comment_scene", "scene", "time_ns"),
    Index("comment_track", "track"),
    Index("comment_reply_to", "reply_to"),
)

waiver = Table(
    "waiver",
    metadata,
    Column("token", String, primary_key=True),
    Column("scene", String, _refers("scene.token"), nullable=False),
    Column("rule", String, nullable=False),
    Column("track", String),  # no reference: a waiver of a track that is gone speaks of nothing, and harms nothing
    Column("frame", Integer),
    Column("excess", Double, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("time_ns", BigInteger, nullable=False),
    Index("waiver_scene", "scene", "time_ns"),
)

# How far a frame or a track has come in review: one row each, with who said so last and when.
review = Table(
    "review",
    metadata,
    Column("token", String, primary_key=True),
    Column("scene", String, _refers("scene.token"), nullable=False),
    Column("track", String),  # no reference, as of a waiver
    Column("frame", Integer),
    Column("state", String, nullable=False),
    Column("author", Text, nullable=False),
    Column("time_ns", BigInteger, nullable=False),
    Index("review_scene", "scene", "time_ns"),
)

# Polygons on the ground, in world.
area = Table(
    "area",
    metadata,
    Column("token", String, primary_key=True),
    Column("scene", String, _refers("scene.token"), nullable=False),
    Column("frame", Integer, nullable=False),
    Column("category", String, _refers("category.name"), nullable=False),
    Column("corners", Text, nullable=False),  # JSON: x, y, z each, metres
    Column("source", String, nullable=False),
    Column("author", Text, nullable=False),
    Column("time_ns", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Index("area_scene", "scene", "time_ns"),
    Index("area_category", "category"),
)

# The number that files of point labels keep for a class; a category may go, its number stays taken.
point_class = Table(
    "point_class",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("category", Text, nullable=False),
)

# A sweep's points in blocks, so that a stroke rewrites what it touched; a block without a class has no row.
point_label = Table(
    "point_label",
    metadata,
    Column("token", String, primary_key=True),
    Column("scene", String, _refers("scene.token"), nullable=False),
    Column("frame", Integer, nullable=False),
    Column("sweep", String, nullable=False),
    Column("block", Integer, nullable=False),
    Column("points", BigInteger, nullable=False),  # of the whole sweep
    Column("classes", Text, nullable=False),  # base64 of compressed numbers of 16 bits
    Index("point_label_sweep", "sweep", "block"),
    Index("point_label_scene", "scene", "frame"),
)

patch = Table(
    "patch",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("state", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("timestamp_ns", BigInteger, nullable=False),
    Column("changes", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),  # zlib-compressed JSON
    Index("patch_state", "state", "seq"),
)

# What a patch may change, parents before children.
LABEL_TABLES = {
    table.name: table
    for table in (
        scene, category, attribute, visibility, track, box, comment, waiver, review, area, point_class, point_label
    )
}  # fmt: skip
