"""What concerns one student: which attempt counts, how late it is, and what people decided.

`assess` handles one answer, `marks` one student, and `cohort` one class; `report` makes no decisions.
"""
