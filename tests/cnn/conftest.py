"""A fixture of the tests of marking, for the tests here that go as far as a finding."""

from tests.assess.conftest import mark_model as mark_model
