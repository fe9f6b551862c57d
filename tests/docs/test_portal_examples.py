"""The files in `examples/portal` for administrators: they are valid, fit together, and the page names each of them."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from grader.cli.commands import loaded
from grader.course.portal_settings import read_portal_settings
from grader.model.portal_settings import PortalSettings
from tests.conftest import ROOT

FOLDER = ROOT / "examples" / "portal"
PAGE = ROOT / "docs" / "portal-administration.md"
UNITS = sorted(path.name for path in FOLDER.glob("*.service"))


@pytest.fixture
def settings(tmp_path: Path) -> PortalSettings:
    """The example of `portal.toml`, whose course is elsewhere."""
    (tmp_path / "exercises").mkdir()
    text = (FOLDER / "portal.toml").read_text().replace("/srv/grader/course", str(tmp_path))
    (tmp_path / "portal.toml").write_text(text)
    return read_portal_settings(tmp_path / "portal.toml", "secret")


def unit(name: str) -> configparser.ConfigParser:
    """The settings of a unit."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names have capitals
    parser.read(FOLDER / name)
    return parser


def test_the_page_names_every_file() -> None:
    named = set(re.findall(r"\]\(\.\./examples/portal/([\w.@-]+)\)", PAGE.read_text()))
    assert named == {path.name for path in FOLDER.iterdir()}


@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_the_unit(name: str, tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    (tmp_path / name).write_text((FOLDER / name).read_text().replace("/opt/grader/bin/grader", "/bin/true"))
    command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_runs_a_command_that_exists(name: str) -> None:
    _, command, *words = shlex.split(unit(name)["Service"]["ExecStart"])
    given = loaded(command).make_context(command, words).params
    assert str(given["config"]) == "/etc/grader/portal.toml"


def test_web_processes_have_no_keys_and_graders_have(settings: PortalSettings) -> None:
    web, work = unit("grader-web.service")["Service"], unit("grader-work@.service")["Service"]
    assert web["User"] != work["User"]
    assert web["Group"] == work["Group"]  # both write the results
    assert "SupplementaryGroups" not in web
    assert work["SupplementaryGroups"] == "grader-keys"
    assert web["InaccessiblePaths"] == "/srv/grader/course/solutions"
    assert settings.graders.start == 0  # those that it starts would be users of the web
    for service in (web, work):
        assert service["ReadWritePaths"] == str(settings.results)


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_the_proxy_fits_the_settings(name: str, settings: PortalSettings) -> None:
    text = (FOLDER / name).read_text()
    assert text.count("{") == text.count("}")
    assert f"{settings.web.host}:{settings.web.port}" in text
    assert settings.web.url.removeprefix("https://") in text
    (size,) = re.findall(r"(?:client_max_body_size|max_size) (\d+)(?:m|MB)", text)
    assert int(size) >= settings.web.upload_mb
    assert settings.web.trusted_proxies == ("127.0.0.1",)


def test_nginx_passes_on_the_address_that_it_sees_itself() -> None:
    """A header of the browser could name any address, and so avoid the limits."""
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in (FOLDER / "nginx.conf").read_text()
