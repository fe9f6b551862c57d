"""The names of export formats and of their options, as the portal shows them."""

from grader.pipeline.exporting import Format, Identifier, Visibility
from grader.report import words
from grader.text.language import marked

FORMATS = words.Phrases(
    {
        Format.CSV: marked("CSV, one row for each student"),
        Format.CSV_FINDINGS: marked("CSV, one row for each student and question"),
        Format.PARQUET: marked("Parquet, one row for each student"),
        Format.PARQUET_FINDINGS: marked("Parquet, one row for each student and question"),
        Format.CANVAS: marked("Canvas: your gradebook file, filled in"),
        Format.MOODLE: marked("Moodle: grades as CSV"),
        Format.MOODLE_WORKSHEET: marked("Moodle: grading worksheet and feedback files"),
        Format.GRADESCOPE: marked("Gradescope: results of an autograder"),
        Format.NBGRADER: marked("nbgrader: table of grades"),
        Format.FEEDBACK: marked("Reports of all students (zip)"),
        Format.FEEDBACK_NOTEBOOKS: marked("Reports and notebooks of all students (zip)"),
    }
)

EXPORT_FIELDS = {
    "--roster": marked("Roster (CSV)"),
    "--from": marked("Canvas or Moodle worksheet: the file that the platform exported"),
    "--column": marked("Canvas: the assignment to fill in"),
    "--identifier": marked("Moodle, grades as CSV: the field that identifies students"),
    "--visibility": marked("Gradescope: when students see the results"),
    "--scale": marked("Canvas or Moodle worksheet: scale the points to the maximum in the file"),
}
"""Option of `grader export` -> the label of its field on the page of exports."""

IDENTIFIERS = words.Phrases(
    {
        Identifier.ID: marked("Moodle's own number"),
        Identifier.IDNUMBER: marked("ID number"),
        Identifier.EMAIL: marked("E-mail address"),
        Identifier.USERNAME: marked("User name"),
    }
)

VISIBILITIES = words.Phrases(
    {
        Visibility.HIDDEN: marked("Never"),
        Visibility.AFTER_DUE_DATE: marked("After the due date"),
        Visibility.AFTER_PUBLISHED: marked("Once the marks are published there"),
        Visibility.VISIBLE: marked("At once"),
    }
)
