"""The desk's window: menus, docks, timeline."""
