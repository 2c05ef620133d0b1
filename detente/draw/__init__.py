"""Draws timelines, series, lanes, maps and plots as SVG: the same input gives the same picture.

Every picture stands on its own (plain attributes, a light ground); its classes let a page recolour
it. Report, web app and notebooks use the same functions.
"""

from detente.draw.bands import Band
from detente.draw.bins import Cell, Dot, draw_bins
from detente.draw.calibration import draw_calibration
from detente.draw.lanes import LaneStep, draw_lanes, list_pending
from detente.draw.marks import COLOURS, MARKS, Mark, Side, draw_marker
from detente.draw.scale import Tick, find_span, parse_day, pick_ticks
from detente.draw.spark import draw_spark
from detente.draw.timeline import SPACING, Point, draw_timeline, falls_within
from detente.draw.worldmap import WORLD, Spot, View, draw_map, fit_view, move_view

__all__ = [
    "COLOURS", "MARKS", "SPACING", "WORLD", "Band", "Cell", "Dot", "LaneStep", "Mark", "Point", "Side",
    "Spot", "Tick", "View", "draw_bins", "draw_calibration", "draw_lanes", "draw_map", "draw_marker",
    "draw_spark", "draw_timeline", "falls_within", "find_span", "fit_view", "list_pending", "move_view",
    "parse_day", "pick_ticks",
]  # fmt: skip
