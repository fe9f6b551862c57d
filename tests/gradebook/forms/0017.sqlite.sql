BEGIN TRANSACTION;
CREATE TABLE accounts (
	id INTEGER NOT NULL, 
	login TEXT NOT NULL, 
	name TEXT NOT NULL, 
	email TEXT NOT NULL, 
	password TEXT NOT NULL, 
	language TEXT NOT NULL, 
	zone TEXT NOT NULL, 
	made_at DATETIME NOT NULL, wants_mail BOOLEAN DEFAULT 1 NOT NULL, 
	CONSTRAINT pk_accounts PRIMARY KEY (id), 
	CONSTRAINT uq_accounts_login UNIQUE (login)
);
INSERT INTO "accounts" VALUES(1,'ada@example.org','Ada ''L''','ada@example.org','$argon2id$hash','','','2026-03-01 12:30:00.000000',1);
INSERT INTO "accounts" VALUES(2,'roe','Prof. Roe','','','','','2026-03-01 12:30:00.000000',1);
CREATE TABLE adjustments (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	student_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	question TEXT NOT NULL, 
	points FLOAT, 
	text TEXT NOT NULL, 
	until DATETIME, 
	excused BOOLEAN NOT NULL, 
	author TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at DATETIME NOT NULL, items TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_adjustments PRIMARY KEY (id), 
	CONSTRAINT fk_adjustments_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT fk_adjustments_student_id FOREIGN KEY(student_id) REFERENCES students (id)
);
INSERT INTO "adjustments" VALUES(1,1,2,'points','shape',2.0,'',NULL,1,'Prof. Roe','read by hand','2026-03-01 12:31:00.000000','1.1');
INSERT INTO "adjustments" VALUES(2,1,2,'points','shape',3.5,'',NULL,1,'Prof. Roe','read by hand','2026-03-01 12:30:00.000000','');
INSERT INTO "adjustments" VALUES(3,1,2,'extension','',NULL,'','2026-03-01 13:30:00.000000',1,'Prof. Roe','read by hand','2026-03-01 12:30:00.000000','');
INSERT INTO "adjustments" VALUES(4,1,2,'comment','',NULL,'Gut!
Weiter so.',NULL,1,'Prof. Roe','read by hand','2026-03-01 12:30:00.000000','');
INSERT INTO "adjustments" VALUES(5,1,2,'excused','',NULL,'',NULL,1,'Prof. Roe','read by hand','2026-03-01 12:30:00.000000','');
INSERT INTO "adjustments" VALUES(6,1,2,'points','shape',3.0,'',NULL,1,'Prof. Roe','read by hand','2026-03-01 12:30:00.000000','');
INSERT INTO "adjustments" VALUES(7,2,2,'points','shape',2.0,'',NULL,1,'Prof. Roe','read by hand','2026-03-01 12:31:00.000000','1.1');
INSERT INTO "adjustments" VALUES(8,2,2,'points','shape',3.5,'',NULL,1,'Prof. Roe','read by hand','2026-03-01 12:30:00.000000','');
INSERT INTO "adjustments" VALUES(9,2,2,'extension','',NULL,'','2026-03-01 13:30:00.000000',1,'Prof. Roe','read by hand','2026-03-01 12:30:00.000000','');
INSERT INTO "adjustments" VALUES(10,2,2,'comment','',NULL,'Gut!
Weiter so.',NULL,1,'Prof. Roe','read by hand','2026-03-01 12:30:00.000000','');
INSERT INTO "adjustments" VALUES(11,2,2,'excused','',NULL,'',NULL,1,'Prof. Roe','read by hand','2026-03-01 12:30:00.000000','');
INSERT INTO "adjustments" VALUES(12,2,2,'points','shape',3.0,'',NULL,1,'Prof. Roe','read by hand','2026-03-01 12:30:00.000000','');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0017');
CREATE TABLE answers (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	student_id INTEGER NOT NULL, 
	question TEXT NOT NULL, 
	verdict TEXT NOT NULL, 
	points FLOAT NOT NULL, 
	waits BOOLEAN NOT NULL, 
	digest VARCHAR(16) NOT NULL, found TEXT DEFAULT '' NOT NULL, comment TEXT DEFAULT '' NOT NULL, is_decided BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_answers PRIMARY KEY (id), 
	CONSTRAINT fk_answers_exercise_id_student_id FOREIGN KEY(exercise_id, student_id) REFERENCES standings (exercise_id, student_id) ON DELETE CASCADE ON UPDATE CASCADE, 
	CONSTRAINT uq_answers_exercise_id_student_id_question UNIQUE (exercise_id, student_id, question)
);
INSERT INTO "answers" VALUES(2,1,1,'shape','partial',1.0,0,'9e6a5f2c65478c50','""','""',0);
INSERT INTO "answers" VALUES(3,1,2,'shape','partial',3.0,0,'761bbc34fe31163e','""','""',1);
INSERT INTO "answers" VALUES(5,2,1,'shape','partial',1.0,0,'9e6a5f2c65478c50','""','""',0);
INSERT INTO "answers" VALUES(6,2,2,'shape','partial',3.0,0,'761bbc34fe31163e','""','""',1);
CREATE TABLE assessments (
	id INTEGER NOT NULL, 
	submission_id INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	outcome TEXT NOT NULL, 
	points FLOAT NOT NULL, 
	max_points FLOAT NOT NULL, 
	publishable BOOLEAN NOT NULL, 
	made_at DATETIME NOT NULL, 
	work TEXT NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_assessments PRIMARY KEY (id), 
	CONSTRAINT fk_assessments_submission_id FOREIGN KEY(submission_id) REFERENCES submissions (id), 
	CONSTRAINT fk_assessments_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
INSERT INTO "assessments" VALUES(1,4,1,'f','completed',1.0,4.0,1,'2026-03-01 12:30:00.000000','','{"student":"ada","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
INSERT INTO "assessments" VALUES(2,2,1,'f','completed',1.0,4.0,1,'2026-03-01 12:30:00.000000','','{"student":"O''Neil 👩‍🔬","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
INSERT INTO "assessments" VALUES(3,4,1,'f','completed',2.0,4.0,1,'2026-03-01 12:32:00.000000','','{"student":"ada","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":2.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
INSERT INTO "assessments" VALUES(4,9,2,'f','completed',1.0,4.0,1,'2026-03-01 12:30:00.000000','','{"student":"ada","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
INSERT INTO "assessments" VALUES(5,7,2,'f','completed',1.0,4.0,1,'2026-03-01 12:30:00.000000','','{"student":"O''Neil 👩‍🔬","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
INSERT INTO "assessments" VALUES(6,9,2,'f','completed',2.0,4.0,1,'2026-03-01 12:32:00.000000','','{"student":"ada","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":2.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}');
CREATE TABLE checks (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	token VARCHAR(64) NOT NULL, 
	folder TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	files TEXT NOT NULL, 
	remarks TEXT NOT NULL, 
	state TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	grader TEXT NOT NULL, 
	lease_until DATETIME, 
	queued_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	result TEXT NOT NULL, 
	CONSTRAINT pk_checks PRIMARY KEY (id), 
	CONSTRAINT fk_checks_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT fk_checks_account_id FOREIGN KEY(account_id) REFERENCES accounts (id), 
	CONSTRAINT uq_checks_account_id_token UNIQUE (account_id, token), 
	CONSTRAINT uq_checks_exercise_id_account_id_number UNIQUE (exercise_id, account_id, number)
);
INSERT INTO "checks" VALUES(1,1,1,1,'7777777777777777777777777777777777777777777777777777777777777777','checks/ada/7','ada''s work.ipynb','[["notebook.ipynb", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]','[]','waiting',0,'',NULL,'2026-03-01 12:30:00.000000',NULL,'');
CREATE TABLE claims (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	question TEXT NOT NULL, 
	student TEXT NOT NULL, 
	account_id INTEGER NOT NULL, 
	until DATETIME NOT NULL, 
	CONSTRAINT pk_claims PRIMARY KEY (id), 
	CONSTRAINT fk_claims_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT fk_claims_account_id FOREIGN KEY(account_id) REFERENCES accounts (id), 
	CONSTRAINT uq_claims_exercise_id_question_student UNIQUE (exercise_id, question, student)
);
INSERT INTO "claims" VALUES(1,1,'why','ada',2,'2026-03-01 13:30:00.000000');
CREATE TABLE courses (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	CONSTRAINT pk_courses PRIMARY KEY (id), 
	CONSTRAINT uq_courses_name UNIQUE (name)
);
INSERT INTO "courses" VALUES(1,'Networks');
CREATE TABLE events (
	id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	account_id INTEGER, 
	what TEXT NOT NULL, 
	about TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (id), 
	CONSTRAINT fk_events_course_id FOREIGN KEY(course_id) REFERENCES courses (id), 
	CONSTRAINT fk_events_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);
INSERT INTO "events" VALUES(1,1,NULL,'enrol','ada@example.org (student)','2026-03-01 12:30:00.000000');
INSERT INTO "events" VALUES(2,1,NULL,'enrol','roe (instructor)','2026-03-01 12:30:00.000000');
INSERT INTO "events" VALUES(3,1,1,'password','','2026-03-01 12:30:00.000000');
INSERT INTO "events" VALUES(4,1,1,'sign in','','2026-03-01 12:30:00.000000');
INSERT INTO "events" VALUES(5,1,1,'make token','ada''s laptop','2026-03-01 12:30:00.000000');
INSERT INTO "events" VALUES(6,1,2,'publish','tiny-cnn ada','2026-03-01 12:33:00.000000');
INSERT INTO "events" VALUES(7,1,2,'decide','tiny-cnn ada','2026-03-01 12:34:00.000000');
INSERT INTO "events" VALUES(8,1,1,'write','tiny-cnn ada why','2026-03-01 12:36:00.000000');
INSERT INTO "events" VALUES(9,1,2,'decide a question','tiny-cnn ada why','2026-03-01 12:37:00.000000');
CREATE TABLE exercises (
	id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	slug TEXT NOT NULL, 
	CONSTRAINT pk_exercises PRIMARY KEY (id), 
	CONSTRAINT fk_exercises_course_id FOREIGN KEY(course_id) REFERENCES courses (id), 
	CONSTRAINT uq_exercises_course_id_slug UNIQUE (course_id, slug)
);
INSERT INTO "exercises" VALUES(1,1,'tiny-cnn');
INSERT INTO "exercises" VALUES(2,1,'other');
CREATE TABLE exports (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	form TEXT NOT NULL, 
	path TEXT NOT NULL, 
	marks INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_exports PRIMARY KEY (id), 
	CONSTRAINT fk_exports_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id)
);
INSERT INTO "exports" VALUES(1,1,'csv','exports/marks.csv',2,'2026-03-01 12:33:00.000000');
INSERT INTO "exports" VALUES(2,2,'csv','exports/marks.csv',2,'2026-03-01 12:33:00.000000');
CREATE TABLE findings (
	id INTEGER NOT NULL, 
	assessment_id INTEGER NOT NULL, 
	question TEXT NOT NULL, 
	verdict TEXT NOT NULL, 
	points FLOAT NOT NULL, 
	max_points FLOAT NOT NULL, 
	CONSTRAINT pk_findings PRIMARY KEY (id), 
	CONSTRAINT fk_findings_assessment_id FOREIGN KEY(assessment_id) REFERENCES assessments (id)
);
INSERT INTO "findings" VALUES(1,1,'shape','partial',1.0,4.0);
INSERT INTO "findings" VALUES(2,2,'shape','partial',1.0,4.0);
INSERT INTO "findings" VALUES(3,3,'shape','partial',2.0,4.0);
INSERT INTO "findings" VALUES(4,4,'shape','partial',1.0,4.0);
INSERT INTO "findings" VALUES(5,5,'shape','partial',1.0,4.0);
INSERT INTO "findings" VALUES(6,6,'shape','partial',2.0,4.0);
CREATE TABLE graders (
	id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	isolation TEXT NOT NULL, 
	slots INTEGER NOT NULL, 
	began_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	problem TEXT NOT NULL, 
	problem_at DATETIME, 
	CONSTRAINT pk_graders PRIMARY KEY (id), 
	CONSTRAINT fk_graders_course_id FOREIGN KEY(course_id) REFERENCES courses (id), 
	CONSTRAINT uq_graders_course_id_name UNIQUE (course_id, name)
);
INSERT INTO "graders" VALUES(1,1,'host:1','sandbox',2,'2026-03-01 12:30:00.000000','2026-03-01 12:30:00.000000','',NULL);
CREATE TABLE hits (
	id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	ends_at DATETIME NOT NULL, 
	CONSTRAINT pk_hits PRIMARY KEY (id)
);
INSERT INTO "hits" VALUES(1,'d2d5e4f1dd69ce324f871afc2bf5eb93b41f90d7348952c759bf53b78ca3ebd7','2026-03-01 12:45:00.000000');
CREATE TABLE jobs (
	id INTEGER NOT NULL, 
	upload_id INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	grader TEXT NOT NULL, 
	lease_until DATETIME, 
	queued_at DATETIME NOT NULL, 
	began_at DATETIME, 
	ended_at DATETIME, 
	problem TEXT NOT NULL, 
	CONSTRAINT pk_jobs PRIMARY KEY (id), 
	CONSTRAINT fk_jobs_upload_id FOREIGN KEY(upload_id) REFERENCES uploads (id), 
	CONSTRAINT uq_jobs_upload_id UNIQUE (upload_id)
);
INSERT INTO "jobs" VALUES(1,1,'running',1,'grader','2026-03-01 12:32:00.000000','2026-03-01 12:30:00.000000','2026-03-01 12:31:00.000000',NULL,'');
CREATE TABLE links (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	made_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_links PRIMARY KEY (id), 
	CONSTRAINT fk_links_account_id FOREIGN KEY(account_id) REFERENCES accounts (id), 
	CONSTRAINT uq_links_digest UNIQUE (digest)
);
INSERT INTO "links" VALUES(1,1,'1111111111111111111111111111111111111111111111111111111111111111','2026-03-01 12:30:00.000000','2026-03-01 13:30:00.000000','2026-03-01 12:30:00.000000');
CREATE TABLE memberships (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	role TEXT NOT NULL, 
	student TEXT NOT NULL, 
	section TEXT NOT NULL, 
	CONSTRAINT pk_memberships PRIMARY KEY (id), 
	CONSTRAINT fk_memberships_account_id FOREIGN KEY(account_id) REFERENCES accounts (id), 
	CONSTRAINT fk_memberships_course_id FOREIGN KEY(course_id) REFERENCES courses (id), 
	CONSTRAINT uq_memberships_account_id_course_id UNIQUE (account_id, course_id)
);
INSERT INTO "memberships" VALUES(1,1,1,'student','ada','A');
INSERT INTO "memberships" VALUES(2,2,1,'instructor','','');
CREATE TABLE messages (
	id INTEGER NOT NULL, 
	thread_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	is_decision BOOLEAN NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_messages PRIMARY KEY (id), 
	CONSTRAINT fk_messages_thread_id FOREIGN KEY(thread_id) REFERENCES threads (id), 
	CONSTRAINT fk_messages_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);
INSERT INTO "messages" VALUES(1,1,1,'It''s right?',0,'2026-03-01 12:36:00.000000');
INSERT INTO "messages" VALUES(2,1,2,'Yes.',1,'2026-03-01 12:37:00.000000');
CREATE TABLE notices (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	question TEXT NOT NULL, 
	student TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	seen_at DATETIME, 
	mail TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	next_at DATETIME, 
	problem TEXT NOT NULL, 
	CONSTRAINT pk_notices PRIMARY KEY (id), 
	CONSTRAINT fk_notices_account_id FOREIGN KEY(account_id) REFERENCES accounts (id), 
	CONSTRAINT fk_notices_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id)
);
INSERT INTO "notices" VALUES(1,2,1,'new question','why','ada','2026-03-01 12:36:00.000000','2026-03-01 12:37:00.000000','waiting',0,NULL,'');
INSERT INTO "notices" VALUES(2,1,1,'new answer','why','ada','2026-03-01 12:37:00.000000',NULL,'waiting',0,NULL,'');
CREATE TABLE own_work (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	student_id INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	record_key VARCHAR(64) NOT NULL, 
	questions TEXT NOT NULL, 
	points FLOAT NOT NULL, 
	minutes FLOAT NOT NULL, 
	asked_at DATETIME NOT NULL, 
	findings TEXT NOT NULL, 
	answered_at DATETIME, opened_at DATETIME, 
	CONSTRAINT pk_own_work PRIMARY KEY (id), 
	CONSTRAINT fk_own_work_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT fk_own_work_student_id FOREIGN KEY(student_id) REFERENCES students (id), 
	CONSTRAINT uq_own_work_exercise_id_student_id_code UNIQUE (exercise_id, student_id, code)
);
INSERT INTO "own_work" VALUES(1,1,2,'0123abcd','abababababababababababababababababababababababababababababababab','[{"id": "bias/net/conv1", "concept": "parameters", "text": "How many?", "choices": [{"text": "150", "mistake": "The biases are missing."}, {"text": "156", "mistake": ""}], "step": "-"}]',2.0,15.0,'2026-03-01 12:30:00.000000','[{"question": "bias/net/conv1", "answer": "b", "choice": 1, "is_right": true, "points": 2.0, "reason": ""}]','2026-03-01 12:34:00.000000','2026-03-01 12:33:00.000000');
INSERT INTO "own_work" VALUES(2,1,1,'0123abcd','abababababababababababababababababababababababababababababababab','[{"id": "bias/net/conv1", "concept": "parameters", "text": "How many?", "choices": [{"text": "150", "mistake": "The biases are missing."}, {"text": "156", "mistake": ""}], "step": "-"}]',2.0,15.0,'2026-03-01 12:30:00.000000','',NULL,NULL);
INSERT INTO "own_work" VALUES(3,2,2,'0123abcd','abababababababababababababababababababababababababababababababab','[{"id": "bias/net/conv1", "concept": "parameters", "text": "How many?", "choices": [{"text": "150", "mistake": "The biases are missing."}, {"text": "156", "mistake": ""}], "step": "-"}]',2.0,15.0,'2026-03-01 12:30:00.000000','[{"question": "bias/net/conv1", "answer": "b", "choice": 1, "is_right": true, "points": 2.0, "reason": ""}]','2026-03-01 12:34:00.000000','2026-03-01 12:33:00.000000');
INSERT INTO "own_work" VALUES(4,2,1,'0123abcd','abababababababababababababababababababababababababababababababab','[{"id": "bias/net/conv1", "concept": "parameters", "text": "How many?", "choices": [{"text": "150", "mistake": "The biases are missing."}, {"text": "156", "mistake": ""}], "step": "-"}]',2.0,15.0,'2026-03-01 12:30:00.000000','',NULL,NULL);
CREATE TABLE practice_answers (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	question TEXT NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	written TEXT NOT NULL, 
	is_right BOOLEAN NOT NULL, 
	exposes TEXT NOT NULL, 
	misconceptions TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_practice_answers PRIMARY KEY (id), 
	CONSTRAINT fk_practice_answers_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT fk_practice_answers_account_id FOREIGN KEY(account_id) REFERENCES accounts (id), 
	CONSTRAINT uq_practice_answers_account_id_exercise_id_question_fingerprint UNIQUE (account_id, exercise_id, question, fingerprint)
);
INSERT INTO "practice_answers" VALUES(1,1,1,'width','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','28 - 5',0,'["plus-one"]','["plus-one"]','2026-03-01 12:30:00.000000');
CREATE TABLE practice_cards (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	question TEXT NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	edition VARCHAR(64) NOT NULL, 
	body TEXT NOT NULL, 
	CONSTRAINT pk_practice_cards PRIMARY KEY (id), 
	CONSTRAINT fk_practice_cards_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT uq_practice_cards_exercise_id_question_fingerprint UNIQUE (exercise_id, question, fingerprint)
);
INSERT INTO "practice_cards" VALUES(1,1,'width','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','8888888888888888888888888888888888888888888888888888888888888888','{"exercise": "tiny-cnn", "exercise_title": "Tiny", "question": {"id": "width", "title": "Width", "kind": "number", "answer": "width", "points": 2.0, "source": {"lecture": "week 4", "slide": "Convolution"}, "hint": "", "show_expected": true, "options": {}, "criteria": [], "notebook": "notebook.ipynb"}, "seed": "seed", "text": "How **wide** is the map of a 5 x 5 filter on 28 pixels?", "before": "", "assignments": "", "earlier_answers": "", "answer": 24, "slips": [{"value": 23, "reason": "The + 1 is missing.", "remedy": "The filter also fits at the first position: + 1."}], "numbers": {"size": 28, "kernel": 5}, "fingerprint": "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}');
CREATE TABLE practice_owners (
	id INTEGER NOT NULL, 
	card_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	CONSTRAINT pk_practice_owners PRIMARY KEY (id), 
	CONSTRAINT fk_practice_owners_card_id FOREIGN KEY(card_id) REFERENCES practice_cards (id), 
	CONSTRAINT fk_practice_owners_account_id FOREIGN KEY(account_id) REFERENCES accounts (id), 
	CONSTRAINT uq_practice_owners_card_id_account_id UNIQUE (card_id, account_id)
);
INSERT INTO "practice_owners" VALUES(1,1,2);
CREATE TABLE publications (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	student TEXT NOT NULL, 
	is_published BOOLEAN NOT NULL, 
	account_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_publications PRIMARY KEY (id), 
	CONSTRAINT fk_publications_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT fk_publications_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);
INSERT INTO "publications" VALUES(1,1,'ada',1,2,'2026-03-01 12:33:00.000000');
CREATE TABLE records (
	"key" VARCHAR(64) NOT NULL, 
	outcome TEXT NOT NULL, 
	isolation TEXT NOT NULL, 
	wall_seconds FLOAT NOT NULL, 
	cpu_seconds FLOAT NOT NULL, 
	peak_memory_mb FLOAT NOT NULL, 
	output_kb FLOAT NOT NULL, 
	made_at DATETIME NOT NULL, 
	CONSTRAINT pk_records PRIMARY KEY ("key")
);
INSERT INTO "records" VALUES('3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','completed','sandbox',1.5,1.25,300.0,4.0,'2026-03-01 12:30:00.000000');
INSERT INTO "records" VALUES('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','completed','sandbox',1.5,1.25,300.0,4.0,'2026-03-01 12:30:00.000000');
CREATE TABLE rubric_items (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	place TEXT NOT NULL, 
	points FLOAT NOT NULL, 
	text TEXT NOT NULL, 
	is_offered BOOLEAN NOT NULL, 
	author TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_rubric_items PRIMARY KEY (id), 
	CONSTRAINT fk_rubric_items_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT uq_rubric_items_exercise_id_number_version UNIQUE (exercise_id, number, version)
);
INSERT INTO "rubric_items" VALUES(1,1,1,1,'shape',2.0,'Ada''s idea',1,'Prof. Roe','','2026-03-01 12:30:00.000000');
INSERT INTO "rubric_items" VALUES(2,1,1,2,'shape',1.0,'Ada''s idea',1,'Prof. Roe','too generous','2026-03-01 12:31:00.000000');
INSERT INTO "rubric_items" VALUES(3,2,1,1,'shape',2.0,'Ada''s idea',1,'Prof. Roe','','2026-03-01 12:30:00.000000');
INSERT INTO "rubric_items" VALUES(4,2,1,2,'shape',1.0,'Ada''s idea',1,'Prof. Roe','too generous','2026-03-01 12:31:00.000000');
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	what TEXT NOT NULL, 
	began_at DATETIME NOT NULL, 
	CONSTRAINT pk_runs PRIMARY KEY (id), 
	CONSTRAINT fk_runs_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id)
);
INSERT INTO "runs" VALUES(1,1,'grade','2026-03-01 12:30:00.000000');
INSERT INTO "runs" VALUES(2,1,'grade','2026-03-01 12:31:00.000000');
INSERT INTO "runs" VALUES(3,2,'grade','2026-03-01 12:30:00.000000');
INSERT INTO "runs" VALUES(4,2,'grade','2026-03-01 12:31:00.000000');
CREATE TABLE sessions (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	made_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	CONSTRAINT pk_sessions PRIMARY KEY (id), 
	CONSTRAINT fk_sessions_account_id FOREIGN KEY(account_id) REFERENCES accounts (id), 
	CONSTRAINT uq_sessions_digest UNIQUE (digest)
);
INSERT INTO "sessions" VALUES(1,1,'2222222222222222222222222222222222222222222222222222222222222222','2026-03-01 12:30:00.000000','2026-03-01 13:30:00.000000');
CREATE TABLE standings (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	student_id INTEGER NOT NULL, 
	submission_id INTEGER NOT NULL, 
	points FLOAT NOT NULL, 
	max_points FLOAT NOT NULL, 
	outcome TEXT NOT NULL, 
	publishable BOOLEAN NOT NULL, 
	excused BOOLEAN NOT NULL, 
	page VARCHAR(64) NOT NULL, 
	body TEXT NOT NULL, 
	changed_at DATETIME NOT NULL, status TEXT DEFAULT '' NOT NULL, waiting INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_standings PRIMARY KEY (id), 
	CONSTRAINT fk_standings_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT fk_standings_student_id FOREIGN KEY(student_id) REFERENCES students (id), 
	CONSTRAINT fk_standings_submission_id FOREIGN KEY(submission_id) REFERENCES submissions (id), 
	CONSTRAINT uq_standings_exercise_id_student_id UNIQUE (exercise_id, student_id)
);
INSERT INTO "standings" VALUES(1,1,2,4,3.0,4.0,'completed',1,0,'','{"student":"ada","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":3.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"Prof. Roe","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}','2026-03-01 12:32:00.000000','marked',0);
INSERT INTO "standings" VALUES(2,1,1,2,1.0,4.0,'completed',1,0,'','{"student":"O''Neil 👩‍🔬","exercise":"tiny-cnn","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}','2026-03-01 12:30:00.000000','marked',0);
INSERT INTO "standings" VALUES(3,2,2,9,3.0,4.0,'completed',1,0,'','{"student":"ada","exercise":"other","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":3.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"Prof. Roe","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}','2026-03-01 12:32:00.000000','marked',0);
INSERT INTO "standings" VALUES(4,2,1,7,1.0,4.0,'completed',1,0,'','{"student":"O''Neil 👩‍🔬","exercise":"other","record":"abababababababababababababababababababababababababababababababab","outcome":"completed","isolation":"sandbox","findings":[{"question":"shape","verdict":"partial","points":1.0,"max_points":4.0,"expected":"","found":"","reason":"","hint":"","parts":[],"figures":[],"score":null,"follows_from":[],"fault":"","comparison":"","comment":"","decided_by":"","decided_because":"","machine_points":null,"machine_verdict":null,"criteria":[],"excused":false,"machine_max_points":null,"extended_until":null,"misconceptions":[],"guessed_calculation":""}],"remarks":[],"notice":"","flags":[],"late":null,"excused":false,"comment":"","decided":null,"decided_by":"","decided_because":"","stopped_at":null}','2026-03-01 12:30:00.000000','marked',0);
CREATE TABLE student_changes (
	id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	what TEXT NOT NULL, 
	old_name TEXT NOT NULL, 
	new_name TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	author TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_student_changes PRIMARY KEY (id), 
	CONSTRAINT fk_student_changes_course_id FOREIGN KEY(course_id) REFERENCES courses (id)
);
INSERT INTO "student_changes" VALUES(1,1,'renamed','copy','copy 2','','Prof. Roe','2026-03-01 12:35:00.000000');
CREATE TABLE students (
	id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	folder TEXT NOT NULL, listed TEXT DEFAULT '' NOT NULL, full_name TEXT DEFAULT '' NOT NULL, first_name TEXT DEFAULT '' NOT NULL, last_name TEXT DEFAULT '' NOT NULL, email TEXT DEFAULT '' NOT NULL, login TEXT DEFAULT '' NOT NULL, sis_id TEXT DEFAULT '' NOT NULL, canvas_id TEXT DEFAULT '' NOT NULL, section TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_students PRIMARY KEY (id), 
	CONSTRAINT fk_students_course_id FOREIGN KEY(course_id) REFERENCES courses (id), 
	CONSTRAINT uq_students_course_id_name UNIQUE (course_id, name)
);
INSERT INTO "students" VALUES(1,1,'O''Neil 👩‍🔬','folder-O''Neil 👩‍🔬','','','','','','','','','');
INSERT INTO "students" VALUES(2,1,'ada','folder-ada','Ada Lovelace','Ada Lovelace','','','ada@example.org','','S1','','A');
INSERT INTO "students" VALUES(3,1,'without a mark','folder-without a mark','','','','','','','','','');
INSERT INTO "students" VALUES(4,1,'copy 2','copy','','','','','','','','','');
CREATE TABLE submissions (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	student_id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	notebook VARCHAR(64) NOT NULL, 
	files TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	problem TEXT NOT NULL, 
	remarks TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	submitted_at DATETIME, 
	taken_at DATETIME NOT NULL, 
	run_id INTEGER NOT NULL, 
	record_key VARCHAR(64) NOT NULL, source TEXT DEFAULT '' NOT NULL, submitter TEXT DEFAULT '' NOT NULL, group_name TEXT DEFAULT '' NOT NULL, numbers_of TEXT DEFAULT '' NOT NULL, withdrawn BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_submissions PRIMARY KEY (id), 
	CONSTRAINT fk_submissions_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT fk_submissions_run_id FOREIGN KEY(run_id) REFERENCES runs (id), 
	CONSTRAINT fk_submissions_student_id FOREIGN KEY(student_id) REFERENCES students (id), 
	CONSTRAINT uq_submissions_exercise_id_student_id_digest UNIQUE (exercise_id, student_id, digest)
);
INSERT INTO "submissions" VALUES(1,1,2,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]','ada.ipynb','','["a '' remark"]',0,'2026-03-01 12:30:00.000000','2026-03-01 12:30:00.000000',1,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','','','','',0);
INSERT INTO "submissions" VALUES(2,1,1,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]','O''Neil 👩‍🔬.ipynb','','["a '' remark"]',0,'2026-03-01 12:30:00.000000','2026-03-01 12:30:00.000000',1,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','','','','',0);
INSERT INTO "submissions" VALUES(3,1,3,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]','without a mark.ipynb','','["a '' remark"]',0,'2026-03-01 12:30:00.000000','2026-03-01 12:30:00.000000',1,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','','without a mark','A ''group''','',0);
INSERT INTO "submissions" VALUES(4,1,2,'3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','[]','ada.ipynb','is no notebook','[]',2,NULL,'2026-03-01 12:31:00.000000',2,'3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','{"platform": "moodle", "who": "either", "name": "Group ''A''", "number": "101", "login": "", "email": "", "members": [], "anonymous": false, "place": "", "attachment": "", "file": "", "late": false, "clock": "local"}','','','',0);
INSERT INTO "submissions" VALUES(5,1,4,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]','without a mark.ipynb','','["a '' remark"]',0,'2026-03-01 12:30:00.000000','2026-03-01 12:30:00.000000',1,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','{"platform": "hand", "who": "student", "name": "copy", "number": "", "login": "", "email": "", "members": [], "anonymous": false, "place": "", "attachment": "", "file": "", "late": false, "clock": "unknown"}','without a mark','A ''group''','',0);
INSERT INTO "submissions" VALUES(6,2,2,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]','ada.ipynb','','["a '' remark"]',0,'2026-03-01 12:30:00.000000','2026-03-01 12:30:00.000000',3,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','','','','',0);
INSERT INTO "submissions" VALUES(7,2,1,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]','O''Neil 👩‍🔬.ipynb','','["a '' remark"]',0,'2026-03-01 12:30:00.000000','2026-03-01 12:30:00.000000',3,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','','','','',0);
INSERT INTO "submissions" VALUES(8,2,3,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]','without a mark.ipynb','','["a '' remark"]',0,'2026-03-01 12:30:00.000000','2026-03-01 12:30:00.000000',3,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','','without a mark','A ''group''','',0);
INSERT INTO "submissions" VALUES(9,2,2,'3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','[]','ada.ipynb','is no notebook','[]',2,NULL,'2026-03-01 12:31:00.000000',4,'3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','{"platform": "moodle", "who": "either", "name": "Group ''A''", "number": "101", "login": "", "email": "", "members": [], "anonymous": false, "place": "", "attachment": "", "file": "", "late": false, "clock": "local"}','','','',0);
INSERT INTO "submissions" VALUES(10,2,4,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]','without a mark.ipynb','','["a '' remark"]',0,'2026-03-01 12:30:00.000000','2026-03-01 12:30:00.000000',3,'7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed','{"platform": "hand", "who": "student", "name": "copy", "number": "", "login": "", "email": "", "members": [], "anonymous": false, "place": "", "attachment": "", "file": "", "late": false, "clock": "unknown"}','without a mark','A ''group''','',0);
CREATE TABLE tasks (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	request TEXT NOT NULL, 
	state TEXT NOT NULL, 
	tries INTEGER NOT NULL, 
	grader TEXT NOT NULL, 
	lease_until DATETIME, 
	queued_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	problem TEXT NOT NULL, 
	lines TEXT NOT NULL, 
	CONSTRAINT pk_tasks PRIMARY KEY (id), 
	CONSTRAINT fk_tasks_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT fk_tasks_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
);
INSERT INTO "tasks" VALUES(1,1,2,'decide','{"decisions": [{"student": "ada", "exercise": "tiny-cnn", "kind": "points", "author": "Prof. Roe", "reason": "read by hand", "at": "2026-03-01T12:30:00Z", "question": "shape", "points": 3.5, "text": "", "until": null, "excused": true, "items": []}], "students": ["ada"], "item": null, "file": ""}','running',1,'grader','2026-03-01 12:35:00.000000','2026-03-01 12:34:00.000000',NULL,'','[]');
CREATE TABLE threads (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	student TEXT NOT NULL, 
	question TEXT NOT NULL, 
	opened_at DATETIME NOT NULL, 
	decided_at DATETIME, 
	CONSTRAINT pk_threads PRIMARY KEY (id), 
	CONSTRAINT fk_threads_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT uq_threads_exercise_id_student_question UNIQUE (exercise_id, student, question)
);
INSERT INTO "threads" VALUES(1,1,'ada','why','2026-03-01 12:36:00.000000','2026-03-01 12:37:00.000000');
CREATE TABLE tokens (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	made_at DATETIME NOT NULL, 
	ends_at DATETIME NOT NULL, 
	used_at DATETIME, 
	CONSTRAINT pk_tokens PRIMARY KEY (id), 
	CONSTRAINT fk_tokens_account_id FOREIGN KEY(account_id) REFERENCES accounts (id), 
	CONSTRAINT fk_tokens_course_id FOREIGN KEY(course_id) REFERENCES courses (id), 
	CONSTRAINT uq_tokens_digest UNIQUE (digest)
);
INSERT INTO "tokens" VALUES(1,1,1,'ada''s laptop','6666666666666666666666666666666666666666666666666666666666666666','2026-03-01 12:30:00.000000','2026-03-01 13:30:00.000000',NULL);
CREATE TABLE uploads (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	student TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	token VARCHAR(64) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	notebook VARCHAR(64) NOT NULL, 
	files TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	remarks TEXT NOT NULL, 
	submitted_at DATETIME NOT NULL, 
	CONSTRAINT pk_uploads PRIMARY KEY (id), 
	CONSTRAINT fk_uploads_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT fk_uploads_account_id FOREIGN KEY(account_id) REFERENCES accounts (id), 
	CONSTRAINT uq_uploads_account_id_token UNIQUE (account_id, token), 
	CONSTRAINT uq_uploads_exercise_id_student_number UNIQUE (exercise_id, student, number)
);
INSERT INTO "uploads" VALUES(1,1,1,'ada',1,'3333333333333333333333333333333333333333333333333333333333333333','4444444444444444444444444444444444444444444444444444444444444444','5555555555555555555555555555555555555555555555555555555555555555','[["model.keras", "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"]]','ada''s work.ipynb','[]','2026-03-01 12:30:00.000000');
CREATE TABLE versions (
	id INTEGER NOT NULL, 
	exercise_id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	title TEXT NOT NULL, 
	max_points FLOAT NOT NULL, 
	since DATETIME NOT NULL, 
	CONSTRAINT pk_versions PRIMARY KEY (id), 
	CONSTRAINT fk_versions_exercise_id FOREIGN KEY(exercise_id) REFERENCES exercises (id), 
	CONSTRAINT uq_versions_exercise_id_digest UNIQUE (exercise_id, digest)
);
INSERT INTO "versions" VALUES(1,1,'1111111111111111111111111111111111111111111111111111111111111111','A tiny CNN',4.0,'2026-03-01 12:30:00.000000');
INSERT INTO "versions" VALUES(2,2,'1111111111111111111111111111111111111111111111111111111111111111','A tiny CNN',4.0,'2026-03-01 12:30:00.000000');
CREATE INDEX ix_adjustments_exercise_id_student_id ON adjustments (exercise_id, student_id);
CREATE INDEX ix_assessments_submission_id ON assessments (submission_id);
CREATE INDEX ix_findings_assessment_id ON findings (assessment_id);
CREATE INDEX ix_memberships_course_id_student ON memberships (course_id, student);
CREATE INDEX ix_sessions_account_id ON sessions (account_id);
CREATE INDEX ix_links_account_id ON links (account_id);
CREATE INDEX ix_jobs_state_id ON jobs (state, id);
CREATE INDEX ix_events_course_id ON events (course_id);
CREATE INDEX ix_tasks_state_id ON tasks (state, id);
CREATE INDEX ix_tasks_exercise_id ON tasks (exercise_id);
CREATE INDEX ix_messages_thread_id ON messages (thread_id);
CREATE INDEX ix_answers_exercise_id_question_digest ON answers (exercise_id, question, digest);
CREATE INDEX ix_publications_exercise_id_student ON publications (exercise_id, student);
CREATE INDEX ix_tokens_account_id ON tokens (account_id);
CREATE INDEX ix_hits_digest ON hits (digest);
CREATE INDEX ix_hits_ends_at ON hits (ends_at);
CREATE INDEX ix_notices_account_id ON notices (account_id);
CREATE INDEX ix_notices_mail ON notices (mail);
CREATE INDEX ix_checks_state_id ON checks (state, id);
COMMIT;
