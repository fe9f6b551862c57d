CREATE TABLE public.accounts (
    id integer NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    password text NOT NULL,
    language text NOT NULL,
    zone text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    wants_mail boolean DEFAULT true NOT NULL
);
CREATE SEQUENCE public.accounts_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts.id;
CREATE TABLE public.adjustments (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    student_id integer NOT NULL,
    kind text NOT NULL,
    question text NOT NULL,
    points double precision,
    text text NOT NULL,
    until timestamp with time zone,
    excused boolean NOT NULL,
    author text NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL,
    items text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.adjustments_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.adjustments_id_seq OWNED BY public.adjustments.id;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.answers (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    student_id integer NOT NULL,
    question text NOT NULL,
    verdict text NOT NULL,
    points double precision NOT NULL,
    waits boolean NOT NULL,
    digest character varying(16) NOT NULL,
    found text DEFAULT ''::text NOT NULL,
    comment text DEFAULT ''::text NOT NULL,
    is_decided boolean DEFAULT false NOT NULL
);
CREATE SEQUENCE public.answers_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.answers_id_seq OWNED BY public.answers.id;
CREATE TABLE public.assessments (
    id integer NOT NULL,
    submission_id integer NOT NULL,
    version_id integer NOT NULL,
    fingerprint character varying(64) NOT NULL,
    outcome text NOT NULL,
    points double precision NOT NULL,
    max_points double precision NOT NULL,
    publishable boolean NOT NULL,
    made_at timestamp with time zone NOT NULL,
    work text NOT NULL,
    body text NOT NULL
);
CREATE SEQUENCE public.assessments_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.assessments_id_seq OWNED BY public.assessments.id;
CREATE TABLE public.checks (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    account_id integer NOT NULL,
    number integer NOT NULL,
    token character varying(64) NOT NULL,
    folder text NOT NULL,
    origin text NOT NULL,
    files text NOT NULL,
    remarks text NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL,
    grader text NOT NULL,
    lease_until timestamp with time zone,
    queued_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    result text NOT NULL
);
CREATE SEQUENCE public.checks_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.checks_id_seq OWNED BY public.checks.id;
CREATE TABLE public.claims (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    question text NOT NULL,
    student text NOT NULL,
    account_id integer NOT NULL,
    until timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.claims_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.claims_id_seq OWNED BY public.claims.id;
CREATE TABLE public.courses (
    id integer NOT NULL,
    name text NOT NULL
);
CREATE SEQUENCE public.courses_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.courses_id_seq OWNED BY public.courses.id;
CREATE TABLE public.events (
    id integer NOT NULL,
    course_id integer NOT NULL,
    account_id integer,
    what text NOT NULL,
    about text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.events_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.events_id_seq OWNED BY public.events.id;
CREATE TABLE public.exercises (
    id integer NOT NULL,
    course_id integer NOT NULL,
    slug text NOT NULL
);
CREATE SEQUENCE public.exercises_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.exercises_id_seq OWNED BY public.exercises.id;
CREATE TABLE public.exports (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    form text NOT NULL,
    path text NOT NULL,
    marks integer NOT NULL,
    made_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.exports_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.exports_id_seq OWNED BY public.exports.id;
CREATE TABLE public.findings (
    id integer NOT NULL,
    assessment_id integer NOT NULL,
    question text NOT NULL,
    verdict text NOT NULL,
    points double precision NOT NULL,
    max_points double precision NOT NULL
);
CREATE SEQUENCE public.findings_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.findings_id_seq OWNED BY public.findings.id;
CREATE TABLE public.graders (
    id integer NOT NULL,
    course_id integer NOT NULL,
    name text NOT NULL,
    isolation text NOT NULL,
    slots integer NOT NULL,
    began_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    problem text NOT NULL,
    problem_at timestamp with time zone
);
CREATE SEQUENCE public.graders_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.graders_id_seq OWNED BY public.graders.id;
CREATE TABLE public.hits (
    id integer NOT NULL,
    digest character varying(64) NOT NULL,
    ends_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.hits_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.hits_id_seq OWNED BY public.hits.id;
CREATE TABLE public.jobs (
    id integer NOT NULL,
    upload_id integer NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL,
    grader text NOT NULL,
    lease_until timestamp with time zone,
    queued_at timestamp with time zone NOT NULL,
    began_at timestamp with time zone,
    ended_at timestamp with time zone,
    problem text NOT NULL
);
CREATE SEQUENCE public.jobs_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.jobs_id_seq OWNED BY public.jobs.id;
CREATE TABLE public.links (
    id integer NOT NULL,
    account_id integer NOT NULL,
    digest character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);
CREATE SEQUENCE public.links_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.links_id_seq OWNED BY public.links.id;
CREATE TABLE public.memberships (
    id integer NOT NULL,
    account_id integer NOT NULL,
    course_id integer NOT NULL,
    role text NOT NULL,
    student text NOT NULL,
    section text NOT NULL
);
CREATE SEQUENCE public.memberships_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.memberships_id_seq OWNED BY public.memberships.id;
CREATE TABLE public.messages (
    id integer NOT NULL,
    thread_id integer NOT NULL,
    account_id integer NOT NULL,
    text text NOT NULL,
    is_decision boolean NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.messages_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.messages_id_seq OWNED BY public.messages.id;
CREATE TABLE public.notices (
    id integer NOT NULL,
    account_id integer NOT NULL,
    exercise_id integer NOT NULL,
    kind text NOT NULL,
    question text NOT NULL,
    student text NOT NULL,
    at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone,
    mail text NOT NULL,
    tries integer NOT NULL,
    next_at timestamp with time zone,
    problem text NOT NULL
);
CREATE SEQUENCE public.notices_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.notices_id_seq OWNED BY public.notices.id;
CREATE TABLE public.own_work (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    student_id integer NOT NULL,
    code text NOT NULL,
    record_key character varying(64) NOT NULL,
    questions text NOT NULL,
    points double precision NOT NULL,
    minutes double precision NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    findings text NOT NULL,
    answered_at timestamp with time zone,
    opened_at timestamp with time zone
);
CREATE SEQUENCE public.own_work_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.own_work_id_seq OWNED BY public.own_work.id;
CREATE TABLE public.practice_answers (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    account_id integer NOT NULL,
    question text NOT NULL,
    fingerprint character varying(64) NOT NULL,
    written text NOT NULL,
    is_right boolean NOT NULL,
    exposes text NOT NULL,
    misconceptions text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.practice_answers_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.practice_answers_id_seq OWNED BY public.practice_answers.id;
CREATE TABLE public.practice_cards (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    question text NOT NULL,
    fingerprint character varying(64) NOT NULL,
    edition character varying(64) NOT NULL,
    body text NOT NULL
);
CREATE SEQUENCE public.practice_cards_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.practice_cards_id_seq OWNED BY public.practice_cards.id;
CREATE TABLE public.practice_owners (
    id integer NOT NULL,
    card_id integer NOT NULL,
    account_id integer NOT NULL
);
CREATE SEQUENCE public.practice_owners_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.practice_owners_id_seq OWNED BY public.practice_owners.id;
CREATE TABLE public.publications (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    student text NOT NULL,
    is_published boolean NOT NULL,
    account_id integer NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.publications_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.publications_id_seq OWNED BY public.publications.id;
CREATE TABLE public.records (
    key character varying(64) NOT NULL,
    outcome text NOT NULL,
    isolation text NOT NULL,
    wall_seconds double precision NOT NULL,
    cpu_seconds double precision NOT NULL,
    peak_memory_mb double precision NOT NULL,
    output_kb double precision NOT NULL,
    made_at timestamp with time zone NOT NULL
);
CREATE TABLE public.rubric_items (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    number integer NOT NULL,
    version integer NOT NULL,
    place text NOT NULL,
    points double precision NOT NULL,
    text text NOT NULL,
    is_offered boolean NOT NULL,
    author text NOT NULL,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.rubric_items_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.rubric_items_id_seq OWNED BY public.rubric_items.id;
CREATE TABLE public.runs (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    what text NOT NULL,
    began_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.runs_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.runs_id_seq OWNED BY public.runs.id;
CREATE TABLE public.sessions (
    id integer NOT NULL,
    account_id integer NOT NULL,
    digest character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.sessions_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.sessions_id_seq OWNED BY public.sessions.id;
CREATE TABLE public.standings (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    student_id integer NOT NULL,
    submission_id integer NOT NULL,
    points double precision NOT NULL,
    max_points double precision NOT NULL,
    outcome text NOT NULL,
    publishable boolean NOT NULL,
    excused boolean NOT NULL,
    page character varying(64) NOT NULL,
    body text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    status text DEFAULT ''::text NOT NULL,
    waiting integer DEFAULT 0 NOT NULL
);
CREATE SEQUENCE public.standings_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.standings_id_seq OWNED BY public.standings.id;
CREATE TABLE public.student_changes (
    id integer NOT NULL,
    course_id integer NOT NULL,
    what text NOT NULL,
    old_name text NOT NULL,
    new_name text NOT NULL,
    detail text NOT NULL,
    author text NOT NULL,
    at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.student_changes_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.student_changes_id_seq OWNED BY public.student_changes.id;
CREATE TABLE public.students (
    id integer NOT NULL,
    course_id integer NOT NULL,
    name text NOT NULL,
    folder text NOT NULL,
    listed text DEFAULT ''::text NOT NULL,
    full_name text DEFAULT ''::text NOT NULL,
    first_name text DEFAULT ''::text NOT NULL,
    last_name text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    login text DEFAULT ''::text NOT NULL,
    sis_id text DEFAULT ''::text NOT NULL,
    canvas_id text DEFAULT ''::text NOT NULL,
    section text DEFAULT ''::text NOT NULL
);
CREATE SEQUENCE public.students_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.students_id_seq OWNED BY public.students.id;
CREATE TABLE public.submissions (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    student_id integer NOT NULL,
    digest character varying(64) NOT NULL,
    notebook character varying(64) NOT NULL,
    files text NOT NULL,
    origin text NOT NULL,
    problem text NOT NULL,
    remarks text NOT NULL,
    attempt integer NOT NULL,
    submitted_at timestamp with time zone,
    taken_at timestamp with time zone NOT NULL,
    run_id integer NOT NULL,
    record_key character varying(64) NOT NULL,
    source text DEFAULT ''::text NOT NULL,
    submitter text DEFAULT ''::text NOT NULL,
    group_name text DEFAULT ''::text NOT NULL,
    numbers_of text DEFAULT ''::text NOT NULL,
    withdrawn boolean DEFAULT false NOT NULL
);
CREATE SEQUENCE public.submissions_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.submissions_id_seq OWNED BY public.submissions.id;
CREATE TABLE public.tasks (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    account_id integer NOT NULL,
    kind text NOT NULL,
    request text NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL,
    grader text NOT NULL,
    lease_until timestamp with time zone,
    queued_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    problem text NOT NULL,
    lines text NOT NULL
);
CREATE SEQUENCE public.tasks_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tasks_id_seq OWNED BY public.tasks.id;
CREATE TABLE public.threads (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    student text NOT NULL,
    question text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone
);
CREATE SEQUENCE public.threads_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.threads_id_seq OWNED BY public.threads.id;
CREATE TABLE public.tokens (
    id integer NOT NULL,
    account_id integer NOT NULL,
    course_id integer NOT NULL,
    name text NOT NULL,
    digest character varying(64) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);
CREATE SEQUENCE public.tokens_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.tokens_id_seq OWNED BY public.tokens.id;
CREATE TABLE public.uploads (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    account_id integer NOT NULL,
    student text NOT NULL,
    number integer NOT NULL,
    token character varying(64) NOT NULL,
    digest character varying(64) NOT NULL,
    notebook character varying(64) NOT NULL,
    files text NOT NULL,
    origin text NOT NULL,
    remarks text NOT NULL,
    submitted_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.uploads_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.uploads_id_seq OWNED BY public.uploads.id;
CREATE TABLE public.versions (
    id integer NOT NULL,
    exercise_id integer NOT NULL,
    digest character varying(64) NOT NULL,
    title text NOT NULL,
    max_points double precision NOT NULL,
    since timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.versions_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.versions_id_seq OWNED BY public.versions.id;
ALTER TABLE ONLY public.accounts ALTER COLUMN id SET DEFAULT nextval('public.accounts_id_seq'::regclass);
ALTER TABLE ONLY public.adjustments ALTER COLUMN id SET DEFAULT nextval('public.adjustments_id_seq'::regclass);
ALTER TABLE ONLY public.answers ALTER COLUMN id SET DEFAULT nextval('public.answers_id_seq'::regclass);
ALTER TABLE ONLY public.assessments ALTER COLUMN id SET DEFAULT nextval('public.assessments_id_seq'::regclass);
ALTER TABLE ONLY public.checks ALTER COLUMN id SET DEFAULT nextval('public.checks_id_seq'::regclass);
ALTER TABLE ONLY public.claims ALTER COLUMN id SET DEFAULT nextval('public.claims_id_seq'::regclass);
ALTER TABLE ONLY public.courses ALTER COLUMN id SET DEFAULT nextval('public.courses_id_seq'::regclass);
ALTER TABLE ONLY public.events ALTER COLUMN id SET DEFAULT nextval('public.events_id_seq'::regclass);
ALTER TABLE ONLY public.exercises ALTER COLUMN id SET DEFAULT nextval('public.exercises_id_seq'::regclass);
ALTER TABLE ONLY public.exports ALTER COLUMN id SET DEFAULT nextval('public.exports_id_seq'::regclass);
ALTER TABLE ONLY public.findings ALTER COLUMN id SET DEFAULT nextval('public.findings_id_seq'::regclass);
ALTER TABLE ONLY public.graders ALTER COLUMN id SET DEFAULT nextval('public.graders_id_seq'::regclass);
ALTER TABLE ONLY public.hits ALTER COLUMN id SET DEFAULT nextval('public.hits_id_seq'::regclass);
ALTER TABLE ONLY public.jobs ALTER COLUMN id SET DEFAULT nextval('public.jobs_id_seq'::regclass);
ALTER TABLE ONLY public.links ALTER COLUMN id SET DEFAULT nextval('public.links_id_seq'::regclass);
ALTER TABLE ONLY public.memberships ALTER COLUMN id SET DEFAULT nextval('public.memberships_id_seq'::regclass);
ALTER TABLE ONLY public.messages ALTER COLUMN id SET DEFAULT nextval('public.messages_id_seq'::regclass);
ALTER TABLE ONLY public.notices ALTER COLUMN id SET DEFAULT nextval('public.notices_id_seq'::regclass);
ALTER TABLE ONLY public.own_work ALTER COLUMN id SET DEFAULT nextval('public.own_work_id_seq'::regclass);
ALTER TABLE ONLY public.practice_answers ALTER COLUMN id SET DEFAULT nextval('public.practice_answers_id_seq'::regclass);
ALTER TABLE ONLY public.practice_cards ALTER COLUMN id SET DEFAULT nextval('public.practice_cards_id_seq'::regclass);
ALTER TABLE ONLY public.practice_owners ALTER COLUMN id SET DEFAULT nextval('public.practice_owners_id_seq'::regclass);
ALTER TABLE ONLY public.publications ALTER COLUMN id SET DEFAULT nextval('public.publications_id_seq'::regclass);
ALTER TABLE ONLY public.rubric_items ALTER COLUMN id SET DEFAULT nextval('public.rubric_items_id_seq'::regclass);
ALTER TABLE ONLY public.runs ALTER COLUMN id SET DEFAULT nextval('public.runs_id_seq'::regclass);
ALTER TABLE ONLY public.sessions ALTER COLUMN id SET DEFAULT nextval('public.sessions_id_seq'::regclass);
ALTER TABLE ONLY public.standings ALTER COLUMN id SET DEFAULT nextval('public.standings_id_seq'::regclass);
ALTER TABLE ONLY public.student_changes ALTER COLUMN id SET DEFAULT nextval('public.student_changes_id_seq'::regclass);
ALTER TABLE ONLY public.students ALTER COLUMN id SET DEFAULT nextval('public.students_id_seq'::regclass);
ALTER TABLE ONLY public.submissions ALTER COLUMN id SET DEFAULT nextval('public.submissions_id_seq'::regclass);
ALTER TABLE ONLY public.tasks ALTER COLUMN id SET DEFAULT nextval('public.tasks_id_seq'::regclass);
ALTER TABLE ONLY public.threads ALTER COLUMN id SET DEFAULT nextval('public.threads_id_seq'::regclass);
ALTER TABLE ONLY public.tokens ALTER COLUMN id SET DEFAULT nextval('public.tokens_id_seq'::regclass);
ALTER TABLE ONLY public.uploads ALTER COLUMN id SET DEFAULT nextval('public.uploads_id_seq'::regclass);
ALTER TABLE ONLY public.versions ALTER COLUMN id SET DEFAULT nextval('public.versions_id_seq'::regclass);
INSERT INTO public.accounts VALUES (2, 'roe', 'Prof. Roe', '', '', '', '', '2026-03-01 12:30:00+00', true);
INSERT INTO public.accounts VALUES (1, 'ada@example.org', 'Ada ''L''', 'ada@example.org', '$argon2id$hash', '', '', '2026-03-01 12:30:00+00', true);
INSERT INTO public.adjustments VALUES (1, 1, 2, 'points', 'shape', 2, '', NULL, true, 'Prof. Roe', 'read by hand', '2026-03-01 12:31:00+00', '1.1');
INSERT INTO public.adjustments VALUES (2, 1, 2, 'points', 'shape', 3.5, '', NULL, true, 'Prof. Roe', 'read by hand', '2026-03-01 12:30:00+00', '');
INSERT INTO public.adjustments VALUES (3, 1, 2, 'extension', '', NULL, '', '2026-03-01 13:30:00+00', true, 'Prof. Roe', 'read by hand', '2026-03-01 12:30:00+00', '');
INSERT INTO public.adjustments VALUES (4, 1, 2, 'comment', '', NULL, 'Gut!
Weiter so.', NULL, true, 'Prof. Roe', 'read by hand', '2026-03-01 12:30:00+00', '');
INSERT INTO public.adjustments VALUES (5, 1, 2, 'excused', '', NULL, '', NULL, true, 'Prof. Roe', 'read by hand', '2026-03-01 12:30:00+00', '');
INSERT INTO public.adjustments VALUES (6, 1, 2, 'points', 'shape', 3, '', NULL, true, 'Prof. Roe', 'read by hand', '2026-03-01 12:30:00+00', '');
INSERT INTO public.adjustments VALUES (7, 2, 2, 'points', 'shape', 2, '', NULL, true, 'Prof. Roe', 'read by hand', '2026-03-01 12:31:00+00', '1.1');
INSERT INTO public.adjustments VALUES (8, 2, 2, 'points', 'shape', 3.5, '', NULL, true, 'Prof. Roe', 'read by hand', '2026-03-01 12:30:00+00', '');
INSERT INTO public.adjustments VALUES (9, 2, 2, 'extension', '', NULL, '', '2026-03-01 13:30:00+00', true, 'Prof. Roe', 'read by hand', '2026-03-01 12:30:00+00', '');
INSERT INTO public.adjustments VALUES (10, 2, 2, 'comment', '', NULL, 'Gut!
Weiter so.', NULL, true, 'Prof. Roe', 'read by hand', '2026-03-01 12:30:00+00', '');
INSERT INTO public.adjustments VALUES (11, 2, 2, 'excused', '', NULL, '', NULL, true, 'Prof. Roe', 'read by hand', '2026-03-01 12:30:00+00', '');
INSERT INTO public.adjustments VALUES (12, 2, 2, 'points', 'shape', 3, '', NULL, true, 'Prof. Roe', 'read by hand', '2026-03-01 12:30:00+00', '');
INSERT INTO public.alembic_version VALUES ('0017');
INSERT INTO public.answers VALUES (2, 1, 1, 'shape', 'partial', 1, false, '9e6a5f2c65478c50', '""', '""', false);
INSERT INTO public.answers VALUES (3, 1, 2, 'shape', 'partial', 3, false, '761bbc34fe31163e', '""', '""', true);
INSERT INTO public.answers VALUES (5, 2, 1, 'shape', 'partial', 1, false, '9e6a5f2c65478c50', '""', '""', false);
INSERT INTO public.answers VALUES (6, 2, 2, 'shape', 'partial', 3, false, '761bbc34fe31163e', '""', '""', true);
INSERT INTO public.assessments VALUES (1, 4, 1, 'f', 'completed', 1, 4, true, '2026-03-01 12:30:00+00', '', '{"student":"ada","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
INSERT INTO public.assessments VALUES (2, 2, 1, 'f', 'completed', 1, 4, true, '2026-03-01 12:30:00+00', '', '{"student":"O''Neil 👩‍🔬","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
INSERT INTO public.assessments VALUES (3, 4, 1, 'f', 'completed', 2, 4, true, '2026-03-01 12:32:00+00', '', '{"student":"ada","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":2.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
INSERT INTO public.assessments VALUES (4, 9, 4, 'f', 'completed', 1, 4, true, '2026-03-01 12:30:00+00', '', '{"student":"ada","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
INSERT INTO public.assessments VALUES (5, 7, 4, 'f', 'completed', 1, 4, true, '2026-03-01 12:30:00+00', '', '{"student":"O''Neil 👩‍🔬","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
INSERT INTO public.assessments VALUES (6, 9, 4, 'f', 'completed', 2, 4, true, '2026-03-01 12:32:00+00', '', '{"student":"ada","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":2.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
INSERT INTO public.checks VALUES (1, 1, 1, 1, '7777777777777777777777777777777777777777777777777777777777777777', 'checks/ada/7', 'ada''s work.ipynb', '[["notebook.ipynb", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]', '[]', 'waiting', 0, '', NULL, '2026-03-01 12:30:00+00', NULL, '');
INSERT INTO public.claims VALUES (1, 1, 'why', 'ada', 2, '2026-03-01 13:30:00+00');
INSERT INTO public.courses VALUES (1, 'Networks');
INSERT INTO public.events VALUES (1, 1, NULL, 'enrol', 'ada@example.org (student)', '2026-03-01 12:30:00+00');
INSERT INTO public.events VALUES (2, 1, NULL, 'enrol', 'roe (instructor)', '2026-03-01 12:30:00+00');
INSERT INTO public.events VALUES (3, 1, 1, 'password', '', '2026-03-01 12:30:00+00');
INSERT INTO public.events VALUES (4, 1, 1, 'sign in', '', '2026-03-01 12:30:00+00');
INSERT INTO public.events VALUES (5, 1, 1, 'make token', 'ada''s laptop', '2026-03-01 12:30:00+00');
INSERT INTO public.events VALUES (6, 1, 2, 'publish', 'tiny-cnn ada', '2026-03-01 12:33:00+00');
INSERT INTO public.events VALUES (7, 1, 2, 'decide', 'tiny-cnn ada', '2026-03-01 12:34:00+00');
INSERT INTO public.events VALUES (8, 1, 1, 'write', 'tiny-cnn ada why', '2026-03-01 12:36:00+00');
INSERT INTO public.events VALUES (9, 1, 2, 'decide a question', 'tiny-cnn ada why', '2026-03-01 12:37:00+00');
INSERT INTO public.exercises VALUES (1, 1, 'tiny-cnn');
INSERT INTO public.exercises VALUES (2, 1, 'other');
INSERT INTO public.exports VALUES (1, 1, 'csv', 'exports/marks.csv', 2, '2026-03-01 12:33:00+00');
INSERT INTO public.exports VALUES (2, 2, 'csv', 'exports/marks.csv', 2, '2026-03-01 12:33:00+00');
INSERT INTO public.findings VALUES (1, 1, 'shape', 'partial', 1, 4);
INSERT INTO public.findings VALUES (2, 2, 'shape', 'partial', 1, 4);
INSERT INTO public.findings VALUES (3, 3, 'shape', 'partial', 2, 4);
INSERT INTO public.findings VALUES (4, 4, 'shape', 'partial', 1, 4);
INSERT INTO public.findings VALUES (5, 5, 'shape', 'partial', 1, 4);
INSERT INTO public.findings VALUES (6, 6, 'shape', 'partial', 2, 4);
INSERT INTO public.graders VALUES (1, 1, 'host:1', 'sandbox', 2, '2026-03-01 12:30:00+00', '2026-03-01 12:30:00+00', '', NULL);
INSERT INTO public.hits VALUES (1, 'd2d5e4f1dd69ce324f871afc2bf5eb93b41f90d7348952c759bf53b78ca3ebd7', '2026-03-01 12:45:00+00');
INSERT INTO public.jobs VALUES (1, 1, 'running', 1, 'grader', '2026-03-01 12:32:00+00', '2026-03-01 12:30:00+00', '2026-03-01 12:31:00+00', NULL, '');
INSERT INTO public.links VALUES (1, 1, '1111111111111111111111111111111111111111111111111111111111111111', '2026-03-01 12:30:00+00', '2026-03-01 13:30:00+00', '2026-03-01 12:30:00+00');
INSERT INTO public.memberships VALUES (1, 1, 1, 'student', 'ada', 'A');
INSERT INTO public.memberships VALUES (2, 2, 1, 'instructor', '', '');
INSERT INTO public.messages VALUES (1, 1, 1, 'It''s right?', false, '2026-03-01 12:36:00+00');
INSERT INTO public.messages VALUES (2, 1, 2, 'Yes.', true, '2026-03-01 12:37:00+00');
INSERT INTO public.notices VALUES (2, 1, 1, 'new answer', 'why', 'ada', '2026-03-01 12:37:00+00', NULL, 'waiting', 0, NULL, '');
INSERT INTO public.notices VALUES (1, 2, 1, 'new question', 'why', 'ada', '2026-03-01 12:36:00+00', '2026-03-01 12:37:00+00', 'waiting', 0, NULL, '');
INSERT INTO public.own_work VALUES (2, 1, 1, '0123abcd', 'abababababababababababababababababababababababababababababababab', '[{"id": "bias/net/conv1", "concept": "parameters", "text": "How many?", "choices": [{"text": "150", "mistake": "The biases are missing."}, {"text": "156", "mistake": ""}], "step": "-"}]', 2, 15, '2026-03-01 12:30:00+00', '', NULL, NULL);
INSERT INTO public.own_work VALUES (1, 1, 2, '0123abcd', 'abababababababababababababababababababababababababababababababab', '[{"id": "bias/net/conv1", "concept": "parameters", "text": "How many?", "choices": [{"text": "150", "mistake": "The biases are missing."}, {"text": "156", "mistake": ""}], "step": "-"}]', 2, 15, '2026-03-01 12:30:00+00', '[{"question": "bias/net/conv1", "answer": "b", "choice": 1, "is_right": true, "points": 2.0, "reason": ""}]', '2026-03-01 12:34:00+00', '2026-03-01 12:33:00+00');
INSERT INTO public.own_work VALUES (4, 2, 1, '0123abcd', 'abababababababababababababababababababababababababababababababab', '[{"id": "bias/net/conv1", "concept": "parameters", "text": "How many?", "choices": [{"text": "150", "mistake": "The biases are missing."}, {"text": "156", "mistake": ""}], "step": "-"}]', 2, 15, '2026-03-01 12:30:00+00', '', NULL, NULL);
INSERT INTO public.own_work VALUES (3, 2, 2, '0123abcd', 'abababababababababababababababababababababababababababababababab', '[{"id": "bias/net/conv1", "concept": "parameters", "text": "How many?", "choices": [{"text": "150", "mistake": "The biases are missing."}, {"text": "156", "mistake": ""}], "step": "-"}]', 2, 15, '2026-03-01 12:30:00+00', '[{"question": "bias/net/conv1", "answer": "b", "choice": 1, "is_right": true, "points": 2.0, "reason": ""}]', '2026-03-01 12:34:00+00', '2026-03-01 12:33:00+00');
INSERT INTO public.practice_answers VALUES (1, 1, 1, 'width', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', '28 - 5', false, '["plus-one"]', '["plus-one"]', '2026-03-01 12:30:00+00');
INSERT INTO public.practice_cards VALUES (1, 1, 'width', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', '8888888888888888888888888888888888888888888888888888888888888888', '{"exercise": "tiny-cnn", "exercise_title": "Tiny", "question": {"id": "width", "title": "Width", "kind": "number", "answer": "width", "points": 2.0, "source": {"lecture": "week 4", "slide": "Convolution"}, "hint": "", "show_expected": true, "options": {}, "criteria": [], "notebook": "notebook.ipynb"}, "seed": "seed", "text": "How **wide** is the map of a 5 x 5 filter on 28 pixels?", "before": "", "assignments": "", "earlier_answers": "", "answer": 24, "slips": [{"value": 23, "reason": "The + 1 is missing.", "remedy": "The filter also fits at the first position: + 1."}], "numbers": {"size": 28, "kernel": 5}, "fingerprint": "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}');
INSERT INTO public.practice_owners VALUES (1, 1, 2);
INSERT INTO public.publications VALUES (1, 1, 'ada', true, 2, '2026-03-01 12:33:00+00');
INSERT INTO public.records VALUES ('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', 'completed', 'sandbox', 1.5, 1.25, 300, 4, '2026-03-01 12:30:00+00');
INSERT INTO public.records VALUES ('3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3', 'completed', 'sandbox', 1.5, 1.25, 300, 4, '2026-03-01 12:30:00+00');
INSERT INTO public.rubric_items VALUES (1, 1, 1, 1, 'shape', 2, 'Ada''s idea', true, 'Prof. Roe', '', '2026-03-01 12:30:00+00');
INSERT INTO public.rubric_items VALUES (2, 1, 1, 2, 'shape', 1, 'Ada''s idea', true, 'Prof. Roe', 'too generous', '2026-03-01 12:31:00+00');
INSERT INTO public.rubric_items VALUES (3, 2, 1, 1, 'shape', 2, 'Ada''s idea', true, 'Prof. Roe', '', '2026-03-01 12:30:00+00');
INSERT INTO public.rubric_items VALUES (4, 2, 1, 2, 'shape', 1, 'Ada''s idea', true, 'Prof. Roe', 'too generous', '2026-03-01 12:31:00+00');
INSERT INTO public.runs VALUES (1, 1, 'grade', '2026-03-01 12:30:00+00');
INSERT INTO public.runs VALUES (2, 1, 'grade', '2026-03-01 12:31:00+00');
INSERT INTO public.runs VALUES (3, 2, 'grade', '2026-03-01 12:30:00+00');
INSERT INTO public.runs VALUES (4, 2, 'grade', '2026-03-01 12:31:00+00');
INSERT INTO public.sessions VALUES (1, 1, '2222222222222222222222222222222222222222222222222222222222222222', '2026-03-01 12:30:00+00', '2026-03-01 13:30:00+00');
INSERT INTO public.standings VALUES (2, 1, 1, 2, 1, 4, 'completed', true, false, '', '{"student":"O''Neil 👩‍🔬","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}', '2026-03-01 12:30:00+00', 'marked', 0);
INSERT INTO public.standings VALUES (1, 1, 2, 4, 3, 4, 'completed', true, false, '', '{"student":"ada","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":3.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"Prof. Roe","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}', '2026-03-01 12:32:00+00', 'marked', 0);
INSERT INTO public.standings VALUES (5, 2, 1, 7, 1, 4, 'completed', true, false, '', '{"student":"O''Neil 👩‍🔬","exercise":"other","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}', '2026-03-01 12:30:00+00', 'marked', 0);
INSERT INTO public.standings VALUES (4, 2, 2, 9, 3, 4, 'completed', true, false, '', '{"student":"ada","exercise":"other","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":3.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"Prof. Roe","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}', '2026-03-01 12:32:00+00', 'marked', 0);
INSERT INTO public.student_changes VALUES (1, 1, 'renamed', 'copy', 'copy 2', '', 'Prof. Roe', '2026-03-01 12:35:00+00');
INSERT INTO public.students VALUES (1, 1, 'O''Neil 👩‍🔬', 'folder-O''Neil 👩‍🔬', '', '', '', '', '', '', '', '', '');
INSERT INTO public.students VALUES (3, 1, 'without a mark', 'folder-without a mark', '', '', '', '', '', '', '', '', '');
INSERT INTO public.students VALUES (2, 1, 'ada', 'folder-ada', 'Ada Lovelace', 'Ada Lovelace', '', '', 'ada@example.org', '', 'S1', '', 'A');
INSERT INTO public.students VALUES (4, 1, 'copy 2', 'copy', '', '', '', '', '', '', '', '', '');
INSERT INTO public.submissions VALUES (1, 1, 2, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]', 'ada.ipynb', '', '["a '' remark"]', 0, '2026-03-01 12:30:00+00', '2026-03-01 12:30:00+00', 1, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '', '', '', '', false);
INSERT INTO public.submissions VALUES (2, 1, 1, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]', 'O''Neil 👩‍🔬.ipynb', '', '["a '' remark"]', 0, '2026-03-01 12:30:00+00', '2026-03-01 12:30:00+00', 1, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '', '', '', '', false);
INSERT INTO public.submissions VALUES (4, 1, 2, '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3', '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3', '[]', 'ada.ipynb', 'is no notebook', '[]', 2, NULL, '2026-03-01 12:31:00+00', 2, '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3', '{"platform": "moodle", "who": "either", "name": "Group ''A''", "number": "101", "login": "", "email": "", "members": [], "anonymous": false, "place": "", "attachment": "", "file": "", "late": false, "clock": "local"}', '', '', '', false);
INSERT INTO public.submissions VALUES (3, 1, 3, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]', 'without a mark.ipynb', '', '["a '' remark"]', 0, '2026-03-01 12:30:00+00', '2026-03-01 12:30:00+00', 1, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '', 'without a mark', 'A ''group''', '', false);
INSERT INTO public.submissions VALUES (5, 1, 4, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]', 'without a mark.ipynb', '', '["a '' remark"]', 0, '2026-03-01 12:30:00+00', '2026-03-01 12:30:00+00', 1, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '{"platform": "hand", "who": "student", "name": "copy", "number": "", "login": "", "email": "", "members": [], "anonymous": false, "place": "", "attachment": "", "file": "", "late": false, "clock": "unknown"}', 'without a mark', 'A ''group''', '', false);
INSERT INTO public.submissions VALUES (6, 2, 2, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]', 'ada.ipynb', '', '["a '' remark"]', 0, '2026-03-01 12:30:00+00', '2026-03-01 12:30:00+00', 3, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '', '', '', '', false);
INSERT INTO public.submissions VALUES (7, 2, 1, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]', 'O''Neil 👩‍🔬.ipynb', '', '["a '' remark"]', 0, '2026-03-01 12:30:00+00', '2026-03-01 12:30:00+00', 3, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '', '', '', '', false);
INSERT INTO public.submissions VALUES (9, 2, 2, '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3', '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3', '[]', 'ada.ipynb', 'is no notebook', '[]', 2, NULL, '2026-03-01 12:31:00+00', 4, '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3', '{"platform": "moodle", "who": "either", "name": "Group ''A''", "number": "101", "login": "", "email": "", "members": [], "anonymous": false, "place": "", "attachment": "", "file": "", "late": false, "clock": "local"}', '', '', '', false);
INSERT INTO public.submissions VALUES (8, 2, 3, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]', 'without a mark.ipynb', '', '["a '' remark"]', 0, '2026-03-01 12:30:00+00', '2026-03-01 12:30:00+00', 3, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '', 'without a mark', 'A ''group''', '', false);
INSERT INTO public.submissions VALUES (10, 2, 4, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]', 'without a mark.ipynb', '', '["a '' remark"]', 0, '2026-03-01 12:30:00+00', '2026-03-01 12:30:00+00', 3, '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed', '{"platform": "hand", "who": "student", "name": "copy", "number": "", "login": "", "email": "", "members": [], "anonymous": false, "place": "", "attachment": "", "file": "", "late": false, "clock": "unknown"}', 'without a mark', 'A ''group''', '', false);
INSERT INTO public.tasks VALUES (1, 1, 2, 'decide', '{"decisions": [{"student": "ada", "exercise": "tiny-cnn", "kind": "points", "author": "Prof. Roe", "reason": "read by hand", "at": "2026-03-01T12:30:00Z", "question": "shape", "points": 3.5, "text": "", "until": null, "excused": true, "items": []}], "students": ["ada"], "item": null, "file": ""}', 'running', 1, 'grader', '2026-03-01 12:35:00+00', '2026-03-01 12:34:00+00', NULL, '', '[]');
INSERT INTO public.threads VALUES (1, 1, 'ada', 'why', '2026-03-01 12:36:00+00', '2026-03-01 12:37:00+00');
INSERT INTO public.tokens VALUES (1, 1, 1, 'ada''s laptop', '6666666666666666666666666666666666666666666666666666666666666666', '2026-03-01 12:30:00+00', '2026-03-01 13:30:00+00', NULL);
INSERT INTO public.uploads VALUES (1, 1, 1, 'ada', 1, '3333333333333333333333333333333333333333333333333333333333333333', '4444444444444444444444444444444444444444444444444444444444444444', '5555555555555555555555555555555555555555555555555555555555555555', '[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]', 'ada''s work.ipynb', '[]', '2026-03-01 12:30:00+00');
INSERT INTO public.versions VALUES (1, 1, '1111111111111111111111111111111111111111111111111111111111111111', 'A tiny CNN', 4, '2026-03-01 12:30:00+00');
INSERT INTO public.versions VALUES (4, 2, '1111111111111111111111111111111111111111111111111111111111111111', 'A tiny CNN', 4, '2026-03-01 12:30:00+00');
SELECT pg_catalog.setval('public.accounts_id_seq', 2, true);
SELECT pg_catalog.setval('public.adjustments_id_seq', 12, true);
SELECT pg_catalog.setval('public.answers_id_seq', 6, true);
SELECT pg_catalog.setval('public.assessments_id_seq', 6, true);
SELECT pg_catalog.setval('public.checks_id_seq', 1, true);
SELECT pg_catalog.setval('public.claims_id_seq', 1, true);
SELECT pg_catalog.setval('public.courses_id_seq', 38, true);
SELECT pg_catalog.setval('public.events_id_seq', 9, true);
SELECT pg_catalog.setval('public.exercises_id_seq', 11, true);
SELECT pg_catalog.setval('public.exports_id_seq', 2, true);
SELECT pg_catalog.setval('public.findings_id_seq', 6, true);
SELECT pg_catalog.setval('public.graders_id_seq', 1, true);
SELECT pg_catalog.setval('public.hits_id_seq', 1, true);
SELECT pg_catalog.setval('public.jobs_id_seq', 1, true);
SELECT pg_catalog.setval('public.links_id_seq', 1, true);
SELECT pg_catalog.setval('public.memberships_id_seq', 2, true);
SELECT pg_catalog.setval('public.messages_id_seq', 2, true);
SELECT pg_catalog.setval('public.notices_id_seq', 2, true);
SELECT pg_catalog.setval('public.own_work_id_seq', 4, true);
SELECT pg_catalog.setval('public.practice_answers_id_seq', 1, true);
SELECT pg_catalog.setval('public.practice_cards_id_seq', 1, true);
SELECT pg_catalog.setval('public.practice_owners_id_seq', 1, true);
SELECT pg_catalog.setval('public.publications_id_seq', 1, true);
SELECT pg_catalog.setval('public.rubric_items_id_seq', 4, true);
SELECT pg_catalog.setval('public.runs_id_seq', 4, true);
SELECT pg_catalog.setval('public.sessions_id_seq', 1, true);
SELECT pg_catalog.setval('public.standings_id_seq', 6, true);
SELECT pg_catalog.setval('public.student_changes_id_seq', 1, true);
SELECT pg_catalog.setval('public.students_id_seq', 4, true);
SELECT pg_catalog.setval('public.submissions_id_seq', 10, true);
SELECT pg_catalog.setval('public.tasks_id_seq', 1, true);
SELECT pg_catalog.setval('public.threads_id_seq', 1, true);
SELECT pg_catalog.setval('public.tokens_id_seq', 1, true);
SELECT pg_catalog.setval('public.uploads_id_seq', 1, true);
SELECT pg_catalog.setval('public.versions_id_seq', 6, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (id);
ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT pk_adjustments PRIMARY KEY (id);
ALTER TABLE ONLY public.answers
    ADD CONSTRAINT pk_answers PRIMARY KEY (id);
ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT pk_assessments PRIMARY KEY (id);
ALTER TABLE ONLY public.checks
    ADD CONSTRAINT pk_checks PRIMARY KEY (id);
ALTER TABLE ONLY public.claims
    ADD CONSTRAINT pk_claims PRIMARY KEY (id);
ALTER TABLE ONLY public.courses
    ADD CONSTRAINT pk_courses PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT pk_events PRIMARY KEY (id);
ALTER TABLE ONLY public.exercises
    ADD CONSTRAINT pk_exercises PRIMARY KEY (id);
ALTER TABLE ONLY public.exports
    ADD CONSTRAINT pk_exports PRIMARY KEY (id);
ALTER TABLE ONLY public.findings
    ADD CONSTRAINT pk_findings PRIMARY KEY (id);
ALTER TABLE ONLY public.graders
    ADD CONSTRAINT pk_graders PRIMARY KEY (id);
ALTER TABLE ONLY public.hits
    ADD CONSTRAINT pk_hits PRIMARY KEY (id);
ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT pk_jobs PRIMARY KEY (id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT pk_links PRIMARY KEY (id);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT pk_memberships PRIMARY KEY (id);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT pk_messages PRIMARY KEY (id);
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT pk_notices PRIMARY KEY (id);
ALTER TABLE ONLY public.own_work
    ADD CONSTRAINT pk_own_work PRIMARY KEY (id);
ALTER TABLE ONLY public.practice_answers
    ADD CONSTRAINT pk_practice_answers PRIMARY KEY (id);
ALTER TABLE ONLY public.practice_cards
    ADD CONSTRAINT pk_practice_cards PRIMARY KEY (id);
ALTER TABLE ONLY public.practice_owners
    ADD CONSTRAINT pk_practice_owners PRIMARY KEY (id);
ALTER TABLE ONLY public.publications
    ADD CONSTRAINT pk_publications PRIMARY KEY (id);
ALTER TABLE ONLY public.records
    ADD CONSTRAINT pk_records PRIMARY KEY (key);
ALTER TABLE ONLY public.rubric_items
    ADD CONSTRAINT pk_rubric_items PRIMARY KEY (id);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT pk_runs PRIMARY KEY (id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT pk_sessions PRIMARY KEY (id);
ALTER TABLE ONLY public.standings
    ADD CONSTRAINT pk_standings PRIMARY KEY (id);
ALTER TABLE ONLY public.student_changes
    ADD CONSTRAINT pk_student_changes PRIMARY KEY (id);
ALTER TABLE ONLY public.students
    ADD CONSTRAINT pk_students PRIMARY KEY (id);
ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT pk_submissions PRIMARY KEY (id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT pk_tasks PRIMARY KEY (id);
ALTER TABLE ONLY public.threads
    ADD CONSTRAINT pk_threads PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT pk_tokens PRIMARY KEY (id);
ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT pk_uploads PRIMARY KEY (id);
ALTER TABLE ONLY public.versions
    ADD CONSTRAINT pk_versions PRIMARY KEY (id);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT uq_accounts_login UNIQUE (login);
ALTER TABLE ONLY public.answers
    ADD CONSTRAINT uq_answers_exercise_id_student_id_question UNIQUE (exercise_id, student_id, question);
ALTER TABLE ONLY public.checks
    ADD CONSTRAINT uq_checks_account_id_token UNIQUE (account_id, token);
ALTER TABLE ONLY public.checks
    ADD CONSTRAINT uq_checks_exercise_id_account_id_number UNIQUE (exercise_id, account_id, number);
ALTER TABLE ONLY public.claims
    ADD CONSTRAINT uq_claims_exercise_id_question_student UNIQUE (exercise_id, question, student);
ALTER TABLE ONLY public.courses
    ADD CONSTRAINT uq_courses_name UNIQUE (name);
ALTER TABLE ONLY public.exercises
    ADD CONSTRAINT uq_exercises_course_id_slug UNIQUE (course_id, slug);
ALTER TABLE ONLY public.graders
    ADD CONSTRAINT uq_graders_course_id_name UNIQUE (course_id, name);
ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT uq_jobs_upload_id UNIQUE (upload_id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT uq_links_digest UNIQUE (digest);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT uq_memberships_account_id_course_id UNIQUE (account_id, course_id);
ALTER TABLE ONLY public.own_work
    ADD CONSTRAINT uq_own_work_exercise_id_student_id_code UNIQUE (exercise_id, student_id, code);
ALTER TABLE ONLY public.practice_answers
    ADD CONSTRAINT uq_practice_answers_account_id_exercise_id_question_fingerprint UNIQUE (account_id, exercise_id, question, fingerprint);
ALTER TABLE ONLY public.practice_cards
    ADD CONSTRAINT uq_practice_cards_exercise_id_question_fingerprint UNIQUE (exercise_id, question, fingerprint);
ALTER TABLE ONLY public.practice_owners
    ADD CONSTRAINT uq_practice_owners_card_id_account_id UNIQUE (card_id, account_id);
ALTER TABLE ONLY public.rubric_items
    ADD CONSTRAINT uq_rubric_items_exercise_id_number_version UNIQUE (exercise_id, number, version);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT uq_sessions_digest UNIQUE (digest);
ALTER TABLE ONLY public.standings
    ADD CONSTRAINT uq_standings_exercise_id_student_id UNIQUE (exercise_id, student_id);
ALTER TABLE ONLY public.students
    ADD CONSTRAINT uq_students_course_id_name UNIQUE (course_id, name);
ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT uq_submissions_exercise_id_student_id_digest UNIQUE (exercise_id, student_id, digest);
ALTER TABLE ONLY public.threads
    ADD CONSTRAINT uq_threads_exercise_id_student_question UNIQUE (exercise_id, student, question);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT uq_tokens_digest UNIQUE (digest);
ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uq_uploads_account_id_token UNIQUE (account_id, token);
ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uq_uploads_exercise_id_student_number UNIQUE (exercise_id, student, number);
ALTER TABLE ONLY public.versions
    ADD CONSTRAINT uq_versions_exercise_id_digest UNIQUE (exercise_id, digest);
CREATE INDEX ix_adjustments_exercise_id_student_id ON public.adjustments USING btree (exercise_id, student_id);
CREATE INDEX ix_answers_exercise_id_question_digest ON public.answers USING btree (exercise_id, question, digest);
CREATE INDEX ix_assessments_submission_id ON public.assessments USING btree (submission_id);
CREATE INDEX ix_checks_state_id ON public.checks USING btree (state, id);
CREATE INDEX ix_events_course_id ON public.events USING btree (course_id);
CREATE INDEX ix_findings_assessment_id ON public.findings USING btree (assessment_id);
CREATE INDEX ix_hits_digest ON public.hits USING btree (digest);
CREATE INDEX ix_hits_ends_at ON public.hits USING btree (ends_at);
CREATE INDEX ix_jobs_state_id ON public.jobs USING btree (state, id);
CREATE INDEX ix_links_account_id ON public.links USING btree (account_id);
CREATE INDEX ix_memberships_course_id_student ON public.memberships USING btree (course_id, student);
CREATE INDEX ix_messages_thread_id ON public.messages USING btree (thread_id);
CREATE INDEX ix_notices_account_id ON public.notices USING btree (account_id);
CREATE INDEX ix_notices_mail ON public.notices USING btree (mail);
CREATE INDEX ix_publications_exercise_id_student ON public.publications USING btree (exercise_id, student);
CREATE INDEX ix_sessions_account_id ON public.sessions USING btree (account_id);
CREATE INDEX ix_tasks_exercise_id ON public.tasks USING btree (exercise_id);
CREATE INDEX ix_tasks_state_id ON public.tasks USING btree (state, id);
CREATE INDEX ix_tokens_account_id ON public.tokens USING btree (account_id);
ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT fk_adjustments_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.adjustments
    ADD CONSTRAINT fk_adjustments_student_id FOREIGN KEY (student_id) REFERENCES public.students(id);
ALTER TABLE ONLY public.answers
    ADD CONSTRAINT fk_answers_exercise_id_student_id FOREIGN KEY (exercise_id, student_id) REFERENCES public.standings(exercise_id, student_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT fk_assessments_submission_id FOREIGN KEY (submission_id) REFERENCES public.submissions(id);
ALTER TABLE ONLY public.assessments
    ADD CONSTRAINT fk_assessments_version_id FOREIGN KEY (version_id) REFERENCES public.versions(id);
ALTER TABLE ONLY public.checks
    ADD CONSTRAINT fk_checks_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.checks
    ADD CONSTRAINT fk_checks_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.claims
    ADD CONSTRAINT fk_claims_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.claims
    ADD CONSTRAINT fk_claims_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT fk_events_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT fk_events_course_id FOREIGN KEY (course_id) REFERENCES public.courses(id);
ALTER TABLE ONLY public.exercises
    ADD CONSTRAINT fk_exercises_course_id FOREIGN KEY (course_id) REFERENCES public.courses(id);
ALTER TABLE ONLY public.exports
    ADD CONSTRAINT fk_exports_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.findings
    ADD CONSTRAINT fk_findings_assessment_id FOREIGN KEY (assessment_id) REFERENCES public.assessments(id);
ALTER TABLE ONLY public.graders
    ADD CONSTRAINT fk_graders_course_id FOREIGN KEY (course_id) REFERENCES public.courses(id);
ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT fk_jobs_upload_id FOREIGN KEY (upload_id) REFERENCES public.uploads(id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT fk_links_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT fk_memberships_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT fk_memberships_course_id FOREIGN KEY (course_id) REFERENCES public.courses(id);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT fk_messages_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.messages
    ADD CONSTRAINT fk_messages_thread_id FOREIGN KEY (thread_id) REFERENCES public.threads(id);
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT fk_notices_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT fk_notices_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.own_work
    ADD CONSTRAINT fk_own_work_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.own_work
    ADD CONSTRAINT fk_own_work_student_id FOREIGN KEY (student_id) REFERENCES public.students(id);
ALTER TABLE ONLY public.practice_answers
    ADD CONSTRAINT fk_practice_answers_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.practice_answers
    ADD CONSTRAINT fk_practice_answers_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.practice_cards
    ADD CONSTRAINT fk_practice_cards_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.practice_owners
    ADD CONSTRAINT fk_practice_owners_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.practice_owners
    ADD CONSTRAINT fk_practice_owners_card_id FOREIGN KEY (card_id) REFERENCES public.practice_cards(id);
ALTER TABLE ONLY public.publications
    ADD CONSTRAINT fk_publications_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.publications
    ADD CONSTRAINT fk_publications_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.rubric_items
    ADD CONSTRAINT fk_rubric_items_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT fk_runs_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT fk_sessions_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.standings
    ADD CONSTRAINT fk_standings_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.standings
    ADD CONSTRAINT fk_standings_student_id FOREIGN KEY (student_id) REFERENCES public.students(id);
ALTER TABLE ONLY public.standings
    ADD CONSTRAINT fk_standings_submission_id FOREIGN KEY (submission_id) REFERENCES public.submissions(id);
ALTER TABLE ONLY public.student_changes
    ADD CONSTRAINT fk_student_changes_course_id FOREIGN KEY (course_id) REFERENCES public.courses(id);
ALTER TABLE ONLY public.students
    ADD CONSTRAINT fk_students_course_id FOREIGN KEY (course_id) REFERENCES public.courses(id);
ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT fk_submissions_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT fk_submissions_run_id FOREIGN KEY (run_id) REFERENCES public.runs(id);
ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT fk_submissions_student_id FOREIGN KEY (student_id) REFERENCES public.students(id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT fk_tasks_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT fk_tasks_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.threads
    ADD CONSTRAINT fk_threads_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT fk_tokens_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT fk_tokens_course_id FOREIGN KEY (course_id) REFERENCES public.courses(id);
ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT fk_uploads_account_id FOREIGN KEY (account_id) REFERENCES public.accounts(id);
ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT fk_uploads_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
ALTER TABLE ONLY public.versions
    ADD CONSTRAINT fk_versions_exercise_id FOREIGN KEY (exercise_id) REFERENCES public.exercises(id);
