"""Who is reached, and who is not? Eligible people by site, region and deprivation, beside shares of sites.

That a site uses it does not say that everybody there is reached. Where it is known how far it goes among the eligible
people of a site, those are the people reached; where it is not, a range is given, from none of them to all.

==================  ================================================================================================
``people_reached``  of each group: sites and people, what is known of how many are reached, with intervals
``at_sites``        the same of each site
``gap``             how far two groups lie apart: the most and the least deprived
==================  ================================================================================================

References
----------
Glasgow RE, Vogt TM, Boles SM. Evaluating the public health impact of health promotion interventions: the RE-AIM
framework. Am J Public Health 1999;89:1322-7.
"""

from takeroot.analysis.reach.among import gap, people_reached
from takeroot.analysis.reach.sites import FLOOR, at_sites

__all__ = ["FLOOR", "at_sites", "gap", "people_reached"]
