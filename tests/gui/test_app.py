"""The desk as a program of its own: exit codes, one-line errors, a picture, a clean end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PyQt6.QtGui import QImage

from tests.gui.patience import PROCESS_S

RUN = """
import sys
from pathlib import Path
from lidar_label.gui.app import run
path, picture = (Path(text) if text else None for text in sys.argv[1:3])
sys.exit(run(path, frame=int(sys.argv[3]), screenshot=picture))
"""


def start(tmp_path: Path, path: Path | None, picture: Path | None = None, frame: int = 0) -> tuple[int, str]:
    """Run the desk and return its exit code and what it said on stderr."""
    home = str(tmp_path / "home")
    environment = {**os.environ, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "XDG_DATA_HOME": home}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(path or ""), str(picture or ""), str(frame)],
        capture_output=True,
        text=True,
        timeout=PROCESS_S,
        env=environment,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_path_that_is_not_there_is_one_line_and_1(tmp_path: Path) -> None:
    code, said = start(tmp_path, tmp_path / "no such drive")
    assert code == 1
    assert said == f"error: {tmp_path / 'no such drive'}: there is nothing at this path\n"


def test_a_folder_that_is_no_drive_is_said_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, said = start(tmp_path, tmp_path / "empty", tmp_path / "picture.png")
    assert code == 1
    assert said.startswith("error: ")
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "picture.png").exists()
    assert not list(tmp_path.glob("*.lidarlabel*"))


def test_a_frame_is_shown_and_the_process_ends_by_itself(shared_data: Path, tmp_path: Path) -> None:
    import shutil

    drive = tmp_path / "drive"
    shutil.copytree(shared_data / "sustechpoints_example", drive)
    code, said = start(tmp_path, drive, tmp_path / "picture.png", frame=1)
    assert (code, said) == (0, "")
    picture = QImage(str(tmp_path / "picture.png"))
    assert picture.width() >= 1000
    shades = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
    assert len(shades) > 200, "points and pictures are on it"
    assert (tmp_path / "drive.lidarlabel").is_file()
    assert not list(tmp_path.glob("*.part")), "nothing half-made is left"


def test_a_recording_without_frames_has_its_picture_taken_too(shared_data: Path, tmp_path: Path) -> None:
    """No frame will ever arrive, and nothing may wait for one."""
    import shutil

    bag = tmp_path / "512x10_raw.bag"
    shutil.copyfile(shared_data / "formats" / "ouster" / bag.name, bag)
    code, said = start(tmp_path, bag, tmp_path / "picture.png")
    assert (code, said) == (0, "")
    assert QImage(str(tmp_path / "picture.png")).width() >= 1000


def test_a_frame_whose_files_are_missing_is_shown_and_each_file_is_one_line(shared_data: Path, tmp_path: Path) -> None:
    import shutil

    tables = shared_data / "lyft_mini_tables" / "v1.01-train" / "v1.01-train"
    shutil.copytree(tables, tmp_path / "drive" / "v1.01-train")
    (tmp_path / "drive" / "maps").mkdir()
    code, said = start(tmp_path, tmp_path / "drive", tmp_path / "picture.png")
    assert code == 0
    assert said
    assert all(line.startswith("error: ") and "not there" in line for line in said.splitlines())
    assert QImage(str(tmp_path / "picture.png")).width() >= 1000
