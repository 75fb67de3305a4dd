"""What each page shows: which analyses it asks, which charts it draws of them, and the table beside each.

A panel computes nothing of its own: figures come from the analyses, drawings from the charts, and the words for days,
numbers and shares are those of the report.
"""
