"""Reads courses that were written for other graders, and describes them as exercises of this one."""
