"""Runs the steps on the connection that the gradebook has opened; Alembic loads this file."""

from alembic import context

from grader.gradebook.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
context.run_migrations()
