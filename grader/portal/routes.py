"""The table of all routes: path, roles, and the view of each method.

To add a page, write its view in `views/`, and add a row here and a row in `tests/portal/test_access.py`.
A path never names a student to students: they see their own work, whatever the path says.
"""

from grader.portal.access import ADMINISTRATORS, EVERYONE, MEMBERS, STAFF, STUDENTS, TEACHERS, Route
from grader.portal.program_routes import PROGRAM_ROUTES, UPLOAD_BYTES
from grader.portal.views import (
    account,
    assets,
    checks,
    course,
    exercise,
    files,
    klass,
    live,
    one_question,
    one_student,
    operations,
    own_work,
    regrading,
    roster,
    rubric,
    signing_in,
    threads,
)

_ROSTER_BYTES = 10_000_000
_TABLE_BYTES = 50_000_000

ROUTES = (
    Route(path="/", roles=EVERYONE, views={"GET": signing_in.front}),
    Route(path="/health", roles=EVERYONE, views={"GET": assets.health}),
    Route(path="/static/{name}", roles=EVERYONE, views={"GET": assets.static}),
    Route(path="/sign-in", roles=EVERYONE, views={"GET": signing_in.form, "POST": signing_in.sign_in}),
    Route(path="/welcome/{token}", roles=EVERYONE, views={"GET": signing_in.welcome, "POST": signing_in.accept}),
    Route(path="/sign-out", roles=MEMBERS, views={"POST": signing_in.sign_out}),
    Route(path="/account", roles=MEMBERS, views={"GET": account.form, "POST": account.save}),
    Route(path="/account/password", roles=MEMBERS, views={"POST": account.change_password}),
    Route(path="/account/tokens", roles=MEMBERS, views={"POST": account.make_token}),
    Route(path="/account/tokens/{token:int}/revocation", roles=MEMBERS, views={"POST": account.revoke_token}),
    Route(path="/course", roles=MEMBERS, views={"GET": course.exercises}),
    Route(path="/exercises/{slug}", roles=MEMBERS, views={"GET": exercise.task}),
    Route(path="/exercises/{slug}/notebook", roles=MEMBERS, views={"GET": exercise.notebook}),
    Route(path="/exercises/{slug}/files/{name:path}", roles=MEMBERS, views={"GET": exercise.data_file}),
    Route(
        path="/exercises/{slug}/attempts",
        roles=STUDENTS,
        views={"POST": exercise.submit},
        most_bytes=UPLOAD_BYTES,
        files=True,
    ),
    Route(
        path="/exercises/{slug}/quick-checks",
        roles=STUDENTS,
        views={"POST": checks.quick},
        most_bytes=UPLOAD_BYTES,
        files=True,
    ),
    Route(
        path="/exercises/{slug}/checks",
        roles=STUDENTS,
        views={"POST": checks.run},
        most_bytes=UPLOAD_BYTES,
        files=True,
    ),
    Route(path="/exercises/{slug}/checks/{number:int}", roles=STUDENTS, views={"GET": checks.result}),
    Route(path="/exercises/{slug}/checks/{number:int}/events", roles=STUDENTS, views={"GET": live.events_of_check}),
    Route(path="/exercises/{slug}/attempts/{number:int}", roles=STUDENTS, views={"GET": exercise.attempt}),
    Route(path="/exercises/{slug}/attempts/{number:int}/events", roles=STUDENTS, views={"GET": live.events}),
    Route(path="/exercises/{slug}/attempts/{number:int}/report", roles=STUDENTS, views={"GET": exercise.attempt_page}),
    Route(path="/exercises/{slug}/report", roles=STUDENTS, views={"GET": exercise.report}),
    Route(path="/exercises/{slug}/report/page", roles=STUDENTS, views={"GET": exercise.report_page}),
    Route(
        path="/exercises/{slug}/own-work", roles=STUDENTS, views={"GET": own_work.questions, "POST": own_work.answer}
    ),
    Route(path="/exercises/{slug}/own-work/start", roles=STUDENTS, views={"POST": own_work.begin}),
    Route(path="/class/{slug}", roles=STAFF, views={"GET": klass.students}),
    Route(path="/class/{slug}/publication", roles=TEACHERS, views={"POST": klass.publish}),
    Route(path="/class/{slug}/jobs/{job:int}/retry", roles=STAFF, views={"POST": klass.retry}),
    Route(path="/class/{slug}/questions/{question}", roles=STAFF, views={"GET": one_question.answers}),
    Route(path="/class/{slug}/questions/{question}/groups", roles=STAFF, views={"POST": one_question.group}),
    Route(path="/class/{slug}/questions/{question}/next", roles=STAFF, views={"POST": one_question.claim}),
    Route(
        path="/class/{slug}/questions/{question}/grading",
        roles=STAFF,
        views={"GET": one_question.grading, "POST": one_question.grade},
    ),
    Route(path="/class/{slug}/questions/{question}/rubric", roles=STAFF, views={"GET": rubric.items}),
    Route(path="/class/{slug}/questions/{question}/items", roles=STAFF, views={"POST": rubric.add}),
    Route(path="/class/{slug}/questions/{question}/items/{number:int}", roles=TEACHERS, views={"POST": rubric.change}),
    Route(path="/operations", roles=TEACHERS, views={"GET": operations.state}),
    Route(path="/operations/log/{page:int}", roles=TEACHERS, views={"GET": operations.log}),
    Route(path="/questions", roles=STAFF, views={"GET": threads.open_ones}),
    Route(
        path="/class/{slug}/threads/{question}/{student:path}",
        roles=STAFF,
        views={"GET": threads.of_student, "POST": threads.answer},
    ),
    Route(
        path="/exercises/{slug}/questions/{question}", roles=STUDENTS, views={"GET": threads.own, "POST": threads.ask}
    ),
    Route(
        path="/class/{slug}/files",
        roles=TEACHERS,
        views={"GET": files.files, "POST": files.export},
        most_bytes=_TABLE_BYTES,
        files=True,
    ),
    Route(path="/class/{slug}/exports/{name}", roles=TEACHERS, views={"GET": files.download}),
    Route(path="/class/{slug}/answers", roles=TEACHERS, views={"POST": files.answers}),
    Route(
        path="/class/{slug}/import",
        roles=TEACHERS,
        views={"POST": files.import_file},
        most_bytes=_ROSTER_BYTES,
        files=True,
    ),
    Route(
        path="/class/{slug}/groups",
        roles=TEACHERS,
        views={"POST": files.import_groups},
        most_bytes=_ROSTER_BYTES,
        files=True,
    ),
    Route(
        path="/class/{slug}/times",
        roles=TEACHERS,
        views={"POST": files.import_times},
        most_bytes=_ROSTER_BYTES,
        files=True,
    ),
    Route(path="/class/{slug}/regrade", roles=TEACHERS, views={"GET": regrading.changes, "POST": regrading.regrade}),
    Route(path="/class/{slug}/preview/{student:path}", roles=STAFF, views={"GET": klass.preview}),
    Route(path="/class/{slug}/preview-page/{student:path}", roles=STAFF, views={"GET": klass.preview_page}),
    Route(path="/class/{slug}/students/{student:path}", roles=STAFF, views={"GET": one_student.student}),
    Route(path="/class/{slug}/decisions/{student:path}", roles=STAFF, views={"POST": one_student.decide}),
    Route(path="/class/{slug}/exceptions/{student:path}", roles=TEACHERS, views={"POST": one_student.make_exception}),
    Route(
        path="/class/{slug}/uploads/{number:int}/{file:int}/{student:path}",
        roles=STAFF,
        views={"GET": one_student.uploaded},
    ),
    Route(path="/class/{slug}/reruns/{student:path}", roles=TEACHERS, views={"POST": one_student.rerun}),
    Route(path="/class/{slug}/reports/{student:path}", roles=STAFF, views={"GET": klass.report}),
    Route(
        path="/roster",
        roles=TEACHERS,
        views={"GET": roster.people, "POST": roster.upload},
        most_bytes=_ROSTER_BYTES,
        files=True,
    ),
    Route(path="/roster/{account:int}/link", roles=TEACHERS, views={"POST": roster.link}),
    Route(path="/roster/{account:int}/sections", roles=TEACHERS, views={"POST": roster.sections}),
    Route(path="/roster/staff", roles=ADMINISTRATORS, views={"POST": roster.staff}),
    *PROGRAM_ROUTES,
)
