"""Big clouds in the desk: what is drawn, picked and counted of a tile store."""


def warm_up() -> None:
    """Compile what drawing tiles needs, so that the first picture of them does not wait for it."""
    import numpy as np

    from lidar_label.kernels.colorize import colors_by_value
    from lidar_label.kernels.tile_table import TileTable
    from lidar_label.kernels.top_grid import Sheet, new_sheet_keys, sheet_picture, splat_sheet

    grid, colors = np.zeros((2, 3), np.uint16), np.full((2, 4), 255, np.uint8)
    keys = new_sheet_keys(2, 2)
    table = TileTable(1)
    table.put(0, grid, colors, np.zeros(3), np.ones(3))
    splat_sheet(keys, table.take(np.array([0]), np.array([2])), Sheet(0.0, 0.0, 1.0, 1.0))
    sheet_picture(keys, (0, 0, 0))
    colors_by_value(grid[:, 2], 0.0, 1.0, np.zeros((256, 3), np.uint8))
