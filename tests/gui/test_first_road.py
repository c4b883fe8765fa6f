"""What the road to a first picture imports: nothing that takes long and is not needed for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

HEAVY = ("numba", "llvmlite", "scipy", "alembic", "pandas", "pyarrow", "PIL", "vtkmodules", "rich", "typer")
SHOW = f"""
import sys
from pathlib import Path
from PyQt6.QtWidgets import QApplication
app = QApplication([])
from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.warming import Warming
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.kernels.compiled import is_put_off
window = Window(Desk(), Settings(), Language())
said = []
window.desk.failed.connect(said.append)
window.show()
warming = Warming(window.desk)
warming._soon.stop()  # so that nothing is loaded beside it
warming._soon.start = lambda _: None
window.open(Path(sys.argv[1]))
def drawn():
    main = window.views.main if window.views is not None else None
    return main is not None and main.canvas.shown is not None and main.canvas.shown.painted.color[..., 3].any()
while not (said or drawn()):
    app.processEvents()
app.processEvents()
found = {{name.split(".")[0] for name in sys.modules}}
print(said, sorted(found & set({HEAVY!r})), is_put_off(), flush=True)
window.close()
print(is_put_off())
"""


def test_a_first_picture_imports_and_compiles_nothing_that_it_can_do_without(tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    rows = dice.normal(0, 20, (5000, 4)).astype(np.float32)
    rows.tofile(tmp_path / "cloud.bin")
    done = subprocess.run(
        [sys.executable, "-c", SHOW, str(tmp_path / "cloud.bin")], capture_output=True, text=True, check=False
    )
    assert done.stdout == "[] [] True\nFalse\n", done.stderr
