"""`docs/portal-administration.md` names every setting of `portal.toml` with its default, and its example is valid."""

import re
from pathlib import Path

from grader.course.portal_settings import _PortalFile, read_portal_settings
from tests.conftest import ROOT
from tests.docs.pages import code, rows, section

PAGE = ROOT / "docs" / "portal-administration.md"


def as_text(default: object) -> str:
    """A default as the table shows it."""
    if isinstance(default, list):
        return ", ".join(default)
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_every_setting_is_documented_with_its_default_and_no_other() -> None:
    table = {code(cells[0])[0]: cells[1].strip("`") for cells in rows(section(PAGE, "## Settings")) if code(cells[0])}
    expected: dict[str, str] = {}
    for name, field in _PortalFile.model_fields.items():
        if field.is_required():
            expected[name] = ""
            continue
        for key, inner in type(field.default).model_fields.items():
            expected[f"{name}.{key}"] = "" if inner.default is None else as_text(inner.default)
    assert table == expected


def test_the_example_is_valid(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.+?)```", section(PAGE, "## Settings"), re.DOTALL)
    (tmp_path / "course" / "exercises").mkdir(parents=True)
    (tmp_path / "portal.toml").write_text(
        example.replace("/srv/grader/course", "course").replace("/etc/grader/mail", "mail")
    )
    (tmp_path / "mail-password").write_text("of mail")
    settings = read_portal_settings(tmp_path / "portal.toml", "secret")
    assert settings.web.url == "https://grader.example.org"
    assert settings.gradebook == "postgresql+psycopg://grader:secret@db.example.org/grader"
    assert settings.mail is not None
    assert (settings.mail.host, settings.mail.password) == ("smtp.example.org", "of mail")
