"""Theme: one dark palette and style sheet, made for long hours in front of point clouds."""

from __future__ import annotations

from PyQt6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PyQt6.QtWidgets import QApplication

GROUND, PANEL, FIELD, LINE = "#16191d", "#1e2227", "#262b31", "#363d45"
TEXT, QUIET, FAINT = "#dde1e6", "#98a1ab", "#5d6670"
ACCENT, ACCENT_DARK, GOOD, WARN, BAD = "#4da3ff", "#24507f", "#5fc27e", "#e8b04a", "#ef6a62"
# Families that hold Chinese, of the usual systems; Qt falls back to them glyph by glyph.
CJK_FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback",
)  # fmt: skip

_SHEET = f"""
QWidget {{ color: {TEXT}; }}
QMainWindow, QDialog {{ background: {PANEL}; }}
QMainWindow::separator {{ background: {GROUND}; width: 4px; height: 4px; }}
QMainWindow::separator:hover {{ background: {ACCENT_DARK}; }}
QSplitter::handle {{ background: {GROUND}; }}
QSplitter::handle:hover {{ background: {ACCENT_DARK}; }}
QMenuBar, QStatusBar, QToolBar {{ background: {PANEL}; border: none; }}
QMenuBar::item {{ padding: 4px 9px; background: transparent; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {ACCENT_DARK}; }}
QMenu {{ background: {FIELD}; border: 1px solid {LINE}; padding: 4px; }}
QMenu::item {{ padding: 5px 26px 5px 22px; border-radius: 3px; }}
QMenu::item:disabled {{ color: {FAINT}; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 4px 8px; }}
QToolBar {{ spacing: 2px; padding: 3px 6px; border-bottom: 1px solid {GROUND}; }}
QToolBar::separator {{ background: {LINE}; width: 1px; margin: 4px 5px; }}
QToolButton {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
QToolButton:hover {{ background: {LINE}; }}
QToolButton:checked {{ background: {ACCENT_DARK}; color: white; }}
QToolButton:disabled {{ color: {FAINT}; }}
QDockWidget {{ font-weight: 600; color: {QUIET}; }}
QDockWidget::title {{ background: {PANEL}; padding: 6px 9px; }}
QDockWidget > QWidget {{ background: {PANEL}; }}
QLineEdit, QAbstractSpinBox, QPlainTextEdit {{
  background: {FIELD}; border: 1px solid {LINE}; border-radius: 4px; padding: 3px 6px;
  selection-background-color: {ACCENT_DARK}; }}
QLineEdit:focus, QAbstractSpinBox:focus {{ border-color: {ACCENT}; }}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled, QCheckBox:disabled {{ color: {FAINT}; }}
QComboBox QAbstractItemView {{ background: {FIELD}; selection-background-color: {ACCENT_DARK}; }}
QCheckBox::indicator {{ width: 13px; height: 13px; background: {GROUND};
  border: 1px solid {FAINT}; border-radius: 3px; }}
QCheckBox::indicator:hover {{ border-color: {ACCENT}; }}
QCheckBox::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; }}
QCheckBox::indicator:disabled {{ border-color: {LINE}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton {{ background: {FIELD}; border: 1px solid {LINE}; border-radius: 4px; padding: 5px 14px; }}
QPushButton:hover {{ border-color: {ACCENT}; }}
QPushButton:default {{ background: {ACCENT_DARK}; border-color: {ACCENT}; }}
QPushButton:disabled {{ color: {FAINT}; }}
QTableView {{ background: {GROUND}; alternate-background-color: {PANEL}; border: none; gridline-color: transparent;
  selection-background-color: {ACCENT_DARK}; selection-color: white; }}
QHeaderView::section {{ background: {PANEL}; color: {QUIET}; border: none; border-bottom: 1px solid {LINE};
  padding: 4px 6px; }}
QTableCornerButton::section {{ background: {PANEL}; border: none; }}
QScrollBar {{ background: {GROUND}; border: none; }}
QScrollBar:vertical {{ width: 10px; }} QScrollBar:horizontal {{ height: 10px; }}
QScrollBar::handle {{ background: {LINE}; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }}
QScrollBar::handle:hover {{ background: {FAINT}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ background: {FIELD}; border: none; border-radius: 3px; text-align: center; max-height: 14px; }}
QProgressBar::chunk {{ background: {ACCENT_DARK}; border-radius: 3px; }}
QToolTip {{ background: {FIELD}; color: {TEXT}; border: 1px solid {LINE}; padding: 3px; }}
QStatusBar {{ border-top: 1px solid {GROUND}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel, QLabel[quiet="true"] {{ color: {QUIET}; }}
QLabel[heading="true"] {{ color: {QUIET}; font-weight: 600; }}
QFrame#strip {{ background: #3a2b1d; border-left: 4px solid {WARN}; }}
QFrame#strip[kind="note"] {{ background: #1f2d3d; border-left: 4px solid {ACCENT}; }}
QFrame#strip QLabel {{ background: transparent; }}
"""


def apply_theme(app: QApplication) -> None:
    """Dress the application: Fusion style, dark palette, and a font that also holds Chinese."""
    app.setStyle("Fusion")
    palette = QPalette()
    role = QPalette.ColorRole
    for which, color in (
        (role.Window, PANEL), (role.WindowText, TEXT), (role.Base, GROUND), (role.AlternateBase, PANEL),
        (role.Text, TEXT), (role.Button, FIELD), (role.ButtonText, TEXT), (role.BrightText, "#ffffff"),
        (role.Highlight, ACCENT_DARK), (role.HighlightedText, "#ffffff"), (role.ToolTipBase, FIELD),
        (role.ToolTipText, TEXT), (role.PlaceholderText, FAINT), (role.Link, ACCENT),
        (role.Light, LINE), (role.Midlight, LINE), (role.Mid, LINE), (role.Dark, GROUND), (role.Shadow, GROUND),
    ):  # fmt: skip
        palette.setColor(which, QColor(color))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(FAINT))
    app.setPalette(palette)
    app.setFont(desk_font(app.font()))
    app.setStyleSheet(_SHEET)


def desk_font(font: QFont) -> QFont:
    """Return the system's font with the Chinese families that are installed behind it."""
    known = set(QFontDatabase.families())
    families = [*font.families(), *(family for family in CJK_FAMILIES if family in known)]
    fitted = QFont(font)
    fitted.setFamilies(list(dict.fromkeys(families)))
    return fitted
