"""A report is a list of sections; the two answers serve reports and pages alike.

``answers`` works out what can be said and gathers what people wrote, ``sections`` lays it out in blocks that know
nothing of any format, ``report`` is the door, and ``html`` writes one file that needs nothing from elsewhere.
"""
