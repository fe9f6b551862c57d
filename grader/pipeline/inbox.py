"""The submissions of an exercise: stored in the results, and parsed once."""

from collections.abc import Sequence
from dataclasses import replace

from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.model.attempt import Attempt
from grader.model.submission import Submission
from grader.pipeline.marking import now
from grader.pipeline.material import Material
from grader.pipeline.parsing import ParsedSubmission, parse


class Inbox:
    """Stores what came in, and parses the submission of each attempt once.

    Args:
        material: The exercise.
        results: Where notebooks and files are stored.
    """

    def __init__(self, material: Material, results: Results) -> None:
        self._material, self._results = material, results
        self._parsed: dict[tuple[str, str], ParsedSubmission] = {}

    def keep(self, submissions: Sequence[Submission], book: Gradebook) -> None:
        """Store submissions: first their notebooks and files, then the attempts in the gradebook."""
        at = now()
        attempts = []
        for submission in submissions:
            parsed = parse(self._material, submission)
            files = self._results.keep_files(submission)
            attempt = parsed.attempt(self._results.keep_notebook(submission.content), files, at)
            self._parsed[attempt.student, attempt.digest] = parsed.with_files(files)
            attempts.append(attempt)
        if attempts:
            self._results.sync()
            book.keep(book.begin("grade", at), attempts)

    def has(self, attempt: Attempt) -> bool:
        """Whether the notebook of an attempt is here; that of an attempt from another machine may not be."""
        return (attempt.student, attempt.digest) in self._parsed or self._results.has_notebook(attempt.notebook)

    def parsed(self, attempt: Attempt) -> ParsedSubmission:
        """The parsed submission of an attempt; that of an earlier command is read from the results."""
        key = attempt.student, attempt.digest
        if key not in self._parsed:
            content = self._results.notebook(attempt.notebook) or b""
            self._parsed[key] = parse(self._material, replace(attempt.submission, content=content))
        return self._parsed[key]
