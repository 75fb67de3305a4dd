"""Every chart, drawn once, from the frames that analyses give.

A chart computes nothing. It says in words what it shows, beside colour it uses shape, dash or a label, and the page
that shows it puts its table of points beside it. :func:`svg` and :func:`png` make pictures of it.
"""

from __future__ import annotations

from takeroot.charts.adapting import adaptations_over_time
from takeroot.charts.among import depth_within_sites, people_reached, reach_by_group
from takeroot.charts.capacity import demand_and_capacity
from takeroot.charts.control import control_chart
from takeroot.charts.cost import cost_of_size
from takeroot.charts.courses import leaving_and_returning, occupancy_over_time, rules_varied
from takeroot.charts.delivering import bundle_and_elements, delivered_among_sites, delivered_over_time
from takeroot.charts.dots import answers_as_dots
from takeroot.charts.drawing import both, png, svg, words
from takeroot.charts.effects import benefit_beside, voltage_drop
from takeroot.charts.events import numbered
from takeroot.charts.fan import fan_chart
from takeroot.charts.funnel import funnel_chart
from takeroot.charts.growth import growth_curves
from takeroot.charts.held import held_by_month, statuses_over_time
from takeroot.charts.icons import assurance_icon, variation_icon
from takeroot.charts.icontable import icon_cells, icon_table
from takeroot.charts.matrix import ties_as_matrix
from takeroot.charts.multiples import small_multiples
from takeroot.charts.network import map_of_sites, network_of_sites, network_over_time
from takeroot.charts.planned import planned_against_actual
from takeroot.charts.points import readings
from takeroot.charts.progress import progress_over_time
from takeroot.charts.rules import sustained_by_rule
from takeroot.charts.spark import spark
from takeroot.charts.spread import reach_over_time, stages_over_time
from takeroot.charts.stages_ahead import stages_ahead
from takeroot.charts.story import timeline
from takeroot.charts.support import support_over_time
from takeroot.charts.sustain import leaving_by_reason, staying_in_use
from takeroot.charts.tiles import sites_as_tiles
from takeroot.charts.vertical import wider_and_deeper
from takeroot.charts.what_if import assumptions_ladder, choices_over_time, what_if_differences

__all__ = [
    "adaptations_over_time",
    "answers_as_dots",
    "assumptions_ladder",
    "assurance_icon",
    "benefit_beside",
    "both",
    "bundle_and_elements",
    "choices_over_time",
    "control_chart",
    "cost_of_size",
    "delivered_among_sites",
    "delivered_over_time",
    "demand_and_capacity",
    "depth_within_sites",
    "fan_chart",
    "funnel_chart",
    "growth_curves",
    "held_by_month",
    "icon_cells",
    "icon_table",
    "leaving_and_returning",
    "leaving_by_reason",
    "map_of_sites",
    "network_of_sites",
    "network_over_time",
    "numbered",
    "occupancy_over_time",
    "people_reached",
    "planned_against_actual",
    "png",
    "progress_over_time",
    "reach_by_group",
    "reach_over_time",
    "readings",
    "rules_varied",
    "sites_as_tiles",
    "small_multiples",
    "spark",
    "stages_ahead",
    "stages_over_time",
    "statuses_over_time",
    "staying_in_use",
    "support_over_time",
    "sustained_by_rule",
    "svg",
    "ties_as_matrix",
    "timeline",
    "variation_icon",
    "voltage_drop",
    "what_if_differences",
    "wider_and_deeper",
    "words",
]
