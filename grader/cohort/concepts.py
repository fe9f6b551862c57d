"""What a class should practise: how many points it reached with the questions of each concept."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.mistakes.misconceptions import BY_ID
from grader.model.assessment import Assessment, Finding
from grader.model.statistics import ConceptStatistics


@dataclass(slots=True)
class _OfConcept:
    """What is counted of one concept."""

    points: float = 0.0
    max_points: float = 0.0
    students: set[str] = field(default_factory=set)
    mistaken: dict[str, set[str]] = field(default_factory=dict)

    def add(self, student: str, finding: Finding) -> None:
        self.points += finding.points
        self.max_points += finding.max_points
        if finding.points < finding.max_points:
            self.students.add(student)
        for misconception in finding.shown_misconceptions:
            if misconception in BY_ID:  # an earlier grader may have stored one that no longer exists
                self.mistaken.setdefault(misconception, set()).add(student)

    def statistics(self, title: str) -> ConceptStatistics:
        counts = Counter({name: len(students) for name, students in self.mistaken.items()})
        commonest = min(counts, key=lambda name: (-counts[name], name), default=None)
        return ConceptStatistics(
            title=title,
            share=self.points / self.max_points,
            students=len(self.students),
            misconception=BY_ID[commonest].title if commonest else "",
            mistaken=counts[commonest] if commonest else 0,
        )


def concept_statistics(
    exercises: Iterable[tuple[Mapping[str, Sequence[str]], Iterable[Assessment]]],
) -> tuple[ConceptStatistics, ...]:
    """Compute how well a class knows each concept, over one exercise or several.

    Args:
        exercises: For each exercise, question id -> titles of the concepts that it trains, and the marks that count.
            Marks that may not be published, files that could not be read, and questions that wait for a person or
            are excused are left out. A question without an answer counts with no points.

    Returns:
        The concepts with lost points, those with the lowest share first.
    """
    concepts: dict[str, _OfConcept] = {}
    for titles_by_question, assessments in exercises:
        for assessment in assessments:
            if not (assessment.has_mark and assessment.readable):
                continue
            for finding in assessment.findings:
                if finding.waits or not finding.max_points:
                    continue
                for title in titles_by_question.get(finding.question, ()):
                    concepts.setdefault(title, _OfConcept()).add(assessment.student, finding)
    counted = [one.statistics(title) for title, one in concepts.items() if one.students]
    return tuple(sorted(counted, key=lambda one: (one.share, one.title)))
