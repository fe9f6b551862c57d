# make demo   set up if need be, grade the demo class, say where its overview is
# make portal  the portal with the demo class, on this machine
# make test   set up if need be, run the whole test suite
# make fast   tests that take less than two minutes together: no notebook, no training, no browser
# make coverage  which branches of the code the fast tests take
# make slow   what takes longer than the suite may, and its property tests with other values each time, and the numbers of more students
# make bench  measure speed against other graders, the gradebook, the start of commands, and the portal
# make lint   ruff, mypy, the spelling checker and the checker of templates
# make figures  train what the lectures trained, hours on two cores, and compare; what is stored is not trained again
# make facts  layer tables of the reference models; make lock: the lock file
# make release  the source archive and the wheel of this version, built and checked; nothing is uploaded
# make snapshots  the components of the pages as they look now; see what has changed before you keep it
# make catalogues  bring the catalogues of messages up to date, and say what is not translated
# make docs   the site of the documentation, with a search
# make slides  the page that lists the slides of the lectures and their questions
# make pictures  the pictures of the documentation, from the demo class
PYTHON ?=
PICTURES = exercises/celebrities/data/celebrities.npz

# What marks, reads and reports, and the rules for code and pages; no gradebook, no processes, no course as a whole.
FAST = $(addprefix tests/,assess cnn cohort course docs intake marks mistakes model report semantics storage text \
    test_architecture.py test_catalogues.py test_cli.py test_cli_data.py test_code_digest.py test_progress.py test_validity.py)

# Python keeps what it has compiled: most tests start further processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo portal test .compiled fast coverage slow bench lint figures facts lock release snapshots catalogues docs slides pictures clean

demo: .venv/ready $(PICTURES)
	@sh .ci/setup sandbox
	@.venv/bin/grader demo

portal: .venv/ready
	@sh .ci/setup sandbox
	@.venv/bin/grader serve --demo --results portal-results --allow-degraded

test: .venv/ready
	@$(MAKE) --no-print-directory --jobs=2 lint $(PICTURES) .compiled
	@sh .ci/setup sandbox
	@sh .ci/setup tests
	.venv/bin/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --hypothesis-profile=repeatable --durations=40

# Compiles all tests once, beside `make lint`, which uses one core; the workers of `make test` would each compile them.
.compiled: .venv/ready
	@.venv/bin/python -m pytest --collect-only -qq >/dev/null 2>&1 || true

fast: .venv/ready
	.venv/bin/python -m pytest -n 2 --hypothesis-profile=repeatable -m "not slow and not long" $(FAST)

coverage: .venv/ready
	.venv/bin/python -m pytest -n 2 --hypothesis-profile=repeatable -m "not slow and not long" --cov --cov-report=term $(FAST)

slow: .venv/ready $(PICTURES)
	.venv/bin/python -m pytest -m long
	.venv/bin/python -m pytest -m "hypothesis and not long"
	STUDENTS=500 .venv/bin/python -m pytest tests/course_content -m "not slow and not long"

bench: .venv/ready
	.venv/bin/python benchmarks/start_up.py
	.venv/bin/python benchmarks/throughput.py
	.venv/bin/python benchmarks/gradebook.py
	.venv/bin/python benchmarks/cluster.py
	.venv/bin/python benchmarks/rush.py

lint: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/typos
	.venv/bin/djlint --quiet --lint grader/report/templates grader/portal/templates
	sh .ci/types

facts: .venv/ready
	.venv/bin/grader facts

# Name your own files: make figures MNIST=mnist.npz CIFAR=cifar10.npz CIFAR_SUBSET=part.npz FACES=faces.tar.gz
REPRODUCE = .venv/bin/python -m reference_models --reproduce
figures: .venv/ready
	$(REPRODUCE) dense
	$(REPRODUCE) first-cnn
	$(REPRODUCE) adadelta $(if $(MNIST),--data $(MNIST))
	$(REPRODUCE) lenet5 $(if $(MNIST),--data $(MNIST))
	$(REPRODUCE) faces $(if $(FACES),--data $(FACES))
	$(REPRODUCE) cifar10-subset $(if $(CIFAR_SUBSET),--data $(CIFAR_SUBSET))
	$(REPRODUCE) cifar10 $(if $(CIFAR),--data $(CIFAR))

lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock

release: .venv/ready
	.venv/bin/python .ci/release.py

snapshots: .venv/ready
	UPDATE_SNAPSHOTS=1 .venv/bin/python -m pytest -q -m "not slow" tests/report
	git --no-pager diff --stat tests/report/snapshots

catalogues: .venv/ready
	.venv/bin/python -m grader.text.extraction

docs: .venv/ready
	@.venv/bin/python docs/site/build.py

slides: .venv/ready
	@.venv/bin/python docs/make_slides.py

pictures: demo
	.venv/bin/python docs/make_pictures.py demo-results

.venv/ready: requirements.lock pyproject.toml .ci/setup
	@sh .ci/setup $(PYTHON)

# Drawn once; pictures that were imported instead stay.
$(PICTURES): | .venv/ready
	@echo "Drawing the pictures of the exercise celebrities, which takes half a minute."
	@.venv/bin/grader data make celebrities >/dev/null

clean:
	rm -rf .venv
