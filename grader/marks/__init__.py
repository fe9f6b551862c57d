"""What concerns one student: which attempt counts, lateness, decisions, flags, and what a report may tell now.

`assess` handles one answer, `marks` one student, and `cohort` one class; `report` makes no decisions.
"""
