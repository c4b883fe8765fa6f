"""How a project file made by an older version becomes one of this version."""
