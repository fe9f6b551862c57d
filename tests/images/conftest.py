"""The fixture of a course, which its own tests and these share."""

from tests.course.conftest import course

__all__ = ["course"]
