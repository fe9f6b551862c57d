"""One student: which attempt counts, lateness, overrides, flags, and how much a report shows until the deadline.

`assess` handles one answer, `marks` one student, and `cohort` one class; `report` makes no decisions.
"""
