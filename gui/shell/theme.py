"""Theme: palette and style sheet of a dark and a light window, made for long hours in front of point clouds."""

from __future__ import annotations

from PyQt6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PyQt6.QtWidgets import QApplication

from lidar_label.gui.shell.shades import DARK, Shades, use_shades

# Families that hold Chinese, of the usual systems; Qt falls back to them glyph by glyph.
CJK_FAMILIES = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Droid Sans Fallback",
)  # fmt: skip


def apply_theme(app: QApplication, name: str = "dark") -> None:
    """Dress the application: Fusion style, the colours of a theme, and a font that also holds Chinese."""
    s = use_shades(name)
    app.setStyle("Fusion")
    palette = QPalette()
    role = QPalette.ColorRole
    for which, color in (
        (role.Window, s.panel), (role.WindowText, s.text), (role.Base, s.ground), (role.AlternateBase, s.panel),
        (role.Text, s.text), (role.Button, s.field), (role.ButtonText, s.text), (role.BrightText, s.chosen_text),
        (role.Highlight, s.chosen), (role.HighlightedText, s.chosen_text), (role.ToolTipBase, s.field),
        (role.ToolTipText, s.text), (role.PlaceholderText, s.faint), (role.Link, s.accent),
        (role.Light, s.line), (role.Midlight, s.line), (role.Mid, s.line), (role.Dark, s.ground),
        (role.Shadow, s.ground),
    ):  # fmt: skip
        palette.setColor(which, QColor(color))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(s.faint))
    app.setPalette(palette)
    font = desk_font(app.font())
    if font != app.font():
        app.setFont(font)
    app.setStyleSheet(style_sheet(s))


def style_sheet(s: Shades) -> str:
    """Return Qt's style sheet in the colours of a theme."""
    return f"""
QWidget {{ color: {s.text}; }}
QMainWindow, QDialog {{ background: {s.panel}; }}
QMainWindow::separator {{ background: {s.line}; width: 4px; height: 4px; }}
QMainWindow::separator:hover {{ background: {s.chosen}; }}
QSplitter::handle {{ background: {s.line}; }}
QSplitter::handle:hover {{ background: {s.chosen}; }}
QMenuBar, QStatusBar, QToolBar {{ background: {s.panel}; border: none; }}
QMenuBar::item {{ padding: 4px 9px; background: transparent; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {s.chosen}; color: {s.chosen_text}; }}
QMenu {{ background: {s.field}; border: 1px solid {s.line}; padding: 4px; }}
QMenu::item {{ padding: 5px 26px 5px 22px; border-radius: 3px; }}
QMenu::item:disabled {{ color: {s.faint}; }}
QMenu::separator {{ height: 1px; background: {s.line}; margin: 4px 8px; }}
QToolBar {{ spacing: 2px; padding: 3px 6px; border-bottom: 1px solid {s.ground}; }}
QToolBar::separator {{ background: {s.line}; width: 1px; margin: 4px 5px; }}
QToolButton {{ padding: 3px 6px; border: 1px solid {s.line}; border-radius: 4px; background: {s.field}; }}
QToolButton:hover {{ border-color: {s.accent}; }}
QToolButton:checked {{ background: {s.chosen}; color: {s.chosen_text}; border-color: {s.accent}; }}
QToolButton:disabled {{ color: {s.faint}; background: transparent; }}
QToolButton[popupMode="2"] {{ padding-right: 20px; }}
QToolButton::menu-indicator {{ subcontrol-origin: padding; subcontrol-position: right center; right: 5px; }}
QToolBar QToolButton, QToolButton[flat="true"] {{ padding: 4px 7px; border: none; background: transparent; }}
QToolBar QToolButton:hover, QToolButton[flat="true"]:hover {{ background: {s.line}; }}
QToolButton[over="view"] {{ padding: 1px 6px; background: {DARK.panel}; color: {DARK.quiet};
  border-color: {DARK.line}; }}
QToolButton[over="view"]:hover {{ color: {DARK.text}; border-color: {DARK.accent}; }}
QLabel[over="view"] {{ background: {DARK.ground}; color: {DARK.quiet}; }}
QToolBar QToolButton:checked {{ background: {s.chosen}; color: {s.chosen_text}; }}
QToolBar QToolButton#qt_toolbar_ext_button {{
    padding: 0; background: {s.line}; qproperty-toolButtonStyle: ToolButtonTextOnly; qproperty-text: "»";
}}
QDockWidget {{ font-weight: 600; color: {s.quiet}; }}
QDockWidget::title {{ background: {s.panel}; padding: 6px 9px; }}
QDockWidget > QWidget {{ background: {s.panel}; }}
QLineEdit, QAbstractSpinBox, QPlainTextEdit {{
  background: {s.field}; border: 1px solid {s.line}; border-radius: 4px; padding: 3px 6px;
  selection-background-color: {s.chosen}; }}
QLineEdit:focus, QAbstractSpinBox:focus {{ border-color: {s.accent}; }}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled, QCheckBox:disabled {{ color: {s.faint}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 15px; border: none; background: transparent; }}
QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow {{ width: 0; height: 0;
  border: 4px solid {s.field}; border-top-width: 0; border-bottom-width: 0; }}
QAbstractSpinBox::up-arrow {{ border-bottom: 5px solid {s.quiet}; }}
QAbstractSpinBox::down-arrow {{ border-top: 5px solid {s.quiet}; }}
QAbstractSpinBox::up-arrow:hover {{ border-bottom-color: {s.accent}; }}
QAbstractSpinBox::down-arrow:hover {{ border-top-color: {s.accent}; }}
QComboBox QAbstractItemView {{ background: {s.field}; selection-background-color: {s.chosen}; }}
QCheckBox::indicator {{ width: 13px; height: 13px; background: {s.ground};
  border: 1px solid {s.faint}; border-radius: 3px; }}
QCheckBox::indicator:hover {{ border-color: {s.accent}; }}
QCheckBox::indicator:checked {{ background: {s.accent}; border-color: {s.accent}; }}
QCheckBox::indicator:disabled {{ border-color: {s.line}; }}
QRadioButton::indicator {{ width: 13px; height: 13px; background: {s.ground};
  border: 1px solid {s.faint}; border-radius: 7px; }}
QRadioButton::indicator:hover {{ border-color: {s.accent}; }}
QRadioButton::indicator:checked {{ width: 7px; height: 7px; border: 4px solid {s.accent}; }}
QRadioButton::indicator:disabled {{ border-color: {s.line}; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QPushButton {{ background: {s.field}; border: 1px solid {s.line}; border-radius: 4px; padding: 5px 14px; }}
QPushButton:hover {{ border-color: {s.accent}; }}
QPushButton:default {{ background: {s.chosen}; color: {s.chosen_text}; border-color: {s.accent}; }}
QPushButton:disabled {{ color: {s.faint}; }}
QTableView {{ background: {s.ground}; alternate-background-color: {s.panel}; border: none; gridline-color: transparent;
  selection-background-color: {s.chosen}; selection-color: {s.chosen_text}; }}
QHeaderView::section {{ background: {s.panel}; color: {s.quiet}; border: none; border-bottom: 1px solid {s.line};
  padding: 4px; }}
QTableCornerButton::section {{ background: {s.panel}; border: none; }}
QScrollBar {{ background: {s.ground}; border: none; }}
QScrollBar:vertical {{ width: 10px; }} QScrollBar:horizontal {{ height: 10px; }}
QScrollBar::handle {{ background: {s.line}; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }}
QScrollBar::handle:hover {{ background: {s.faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ background: {s.field}; border: none; border-radius: 3px; text-align: center; max-height: 14px; }}
QProgressBar::chunk {{ background: {s.chosen}; border-radius: 3px; }}
QToolTip {{ background: {s.field}; color: {s.text}; border: 1px solid {s.line}; padding: 3px; }}
QStatusBar {{ border-top: 1px solid {s.ground}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QLabel, QLabel[quiet="true"] {{ color: {s.quiet}; }}
QLabel[heading="true"] {{ color: {s.quiet}; font-weight: 600; }}
QFrame#strip {{ background: {s.strip}; border-left: 4px solid {s.warn}; }}
QFrame#strip[kind="note"] {{ background: {s.strip_note}; border-left: 4px solid {s.accent}; }}
QFrame#strip QLabel {{ background: transparent; }}
"""


def desk_font(font: QFont) -> QFont:
    """Return the system's font with the Chinese families that are installed behind it."""
    known = set(QFontDatabase.families())
    families = [*font.families(), *(family for family in CJK_FAMILIES if family in known)]
    fitted = QFont(font)
    fitted.setFamilies(list(dict.fromkeys(families)))
    return fitted
