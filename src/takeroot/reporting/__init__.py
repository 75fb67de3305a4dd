"""A report is a list of sections; the two answers serve reports and pages alike.

``answers`` works out what can be said and gathers what people wrote, ``sections`` lays it out in blocks that know
nothing of any format, ``report_kinds`` says for whom which of them are, and ``report`` is the door. ``html`` writes one
file that needs nothing from elsewhere; ``papers`` writes documents, slides and workbooks.
"""
