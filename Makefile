# make demo   set up if need be, grade the demo class, say where its overview is
# make test   set up if need be, run the whole test suite
# make slow   what takes longer than the suite may
# make bench  measure speed against other graders
# make lint   ruff and mypy
# make facts  layer tables of the reference models; make lock: the lock file
# make pictures  the pictures of the documentation, from the demo class
PYTHON ?=
PICTURES = exercises/celebrities/data/celebrities.npz

.PHONY: demo test slow bench lint facts lock pictures clean

demo: .venv/ready $(PICTURES)
	@sh .ci/setup sandbox
	@.venv/bin/grader demo

test: .venv/ready lint $(PICTURES)
	@sh .ci/setup sandbox
	@sh .ci/setup tests
	.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

slow: .venv/ready $(PICTURES)
	.venv/bin/python -m pytest -m long

bench: .venv/ready
	.venv/bin/python benchmarks/throughput.py

lint: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

facts: .venv/ready
	.venv/bin/python -m reference_models

lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	    --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock

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
