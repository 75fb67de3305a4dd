"""Every chart, drawn once, from the frames that analyses give.

A chart computes nothing. It says in words what it shows, beside colour it uses shape, dash or a label, and the page
that shows it puts its table of points beside it. :func:`svg` and :func:`png` make pictures of it.
"""

from __future__ import annotations

from takeroot.charts.among import depth_within_sites, reach_by_group
from takeroot.charts.control import control_chart
from takeroot.charts.dots import answers_as_dots
from takeroot.charts.drawing import both, png, svg, words
from takeroot.charts.events import numbered
from takeroot.charts.fan import fan_chart
from takeroot.charts.funnel import funnel_chart
from takeroot.charts.icons import assurance_icon, variation_icon
from takeroot.charts.icontable import icon_cells, icon_table
from takeroot.charts.multiples import small_multiples
from takeroot.charts.planned import planned_against_actual
from takeroot.charts.points import readings
from takeroot.charts.progress import progress_over_time
from takeroot.charts.rules import sustained_by_rule
from takeroot.charts.spark import spark
from takeroot.charts.spread import reach_over_time, stages_over_time
from takeroot.charts.story import timeline
from takeroot.charts.support import support_over_time
from takeroot.charts.sustain import leaving_by_reason, staying_in_use

__all__ = [
    "answers_as_dots",
    "assurance_icon",
    "both",
    "control_chart",
    "depth_within_sites",
    "fan_chart",
    "funnel_chart",
    "icon_cells",
    "icon_table",
    "leaving_by_reason",
    "numbered",
    "planned_against_actual",
    "png",
    "progress_over_time",
    "reach_by_group",
    "reach_over_time",
    "readings",
    "small_multiples",
    "spark",
    "stages_over_time",
    "staying_in_use",
    "support_over_time",
    "sustained_by_rule",
    "svg",
    "timeline",
    "variation_icon",
    "words",
]
