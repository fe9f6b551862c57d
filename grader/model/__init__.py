"""The frozen values that flow through the grader; standard library only.

Exercise + Submission -> Job -> Record -> Assessment -> Report
"""
