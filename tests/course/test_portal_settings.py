"""`portal.toml`: every setting, each mistake with place, fact and remedy, and the password of the database."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.portal_settings import read_portal_settings
from grader.errors import SpecificationError
from grader.gradebook.database import Database
from grader.model.portal_settings import Encryption, GraderSettings, MailSettings, PortalSettings, WebSettings

TOP = 'course = "course"\nresults = "marks"\n'
SERVER = '[database]\naddress = "postgresql+psycopg://grader@db.example.org/grader"\n'
Read = Callable[..., PortalSettings]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """A function that writes `portal.toml` beside a course, and reads it."""
    (tmp_path / "course" / "exercises").mkdir(parents=True)

    def reading(text: str, password: str | None = None) -> PortalSettings:
        (tmp_path / "portal.toml").write_text(text)
        return read_portal_settings(tmp_path / "portal.toml", password)

    return reading


def test_paths_begin_at_the_folder_of_the_file_and_all_else_has_a_default(read: Read, tmp_path: Path) -> None:
    assert read(TOP) == PortalSettings(course=tmp_path / "course", results=tmp_path / "marks")


def test_every_setting_is_read(read: Read, tmp_path: Path) -> None:
    settings = read(
        TOP
        + SERVER
        + """
        [web]
        host = "::1"
        port = 9000
        url = "https://Grader.example.org/"
        trusted_proxies = ["10.0.0.5", "10.1.0.0/16", "fd00::/8"]
        processes = 4
        upload_mb = 60
        session_days = 1
        [graders]
        start = 0
        jobs = 3
        cluster = "tcp://10.0.0.5:8786"
        allow_degraded = true
        [mail]
        host = "smtp.example.org"
        port = 465
        sender = "grader@example.org"
        encryption = "tls"
        user = "grader"
        """
    )
    assert settings == PortalSettings(
        course=tmp_path / "course",
        results=tmp_path / "marks",
        gradebook="postgresql+psycopg://grader@db.example.org/grader",
        web=WebSettings(
            host="::1",
            port=9000,
            url="https://grader.example.org",
            trusted_proxies=("10.0.0.5", "10.1.0.0/16", "fd00::/8"),
            processes=4,
            upload_mb=60,
            session_days=1,
        ),
        graders=GraderSettings(start=0, jobs=3, cluster="tcp://10.0.0.5:8786", allow_degraded=True),
        mail=MailSettings(
            host="smtp.example.org", port=465, sender="grader@example.org", encryption=Encryption.TLS, user="grader"
        ),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "`course` is missing. Add `course = ...`."),
        ('course = "course"', "`results` is missing. Add `results = ...`."),
        (TOP + 'result = "x"', "the key 'result' is not known. Did you mean 'results'?"),
        (TOP + "[wbe]", "the key 'wbe' is not known. Did you mean 'web'?"),
        (TOP + "[web]\nprocess = 2", "web: the key 'process' is not known. Did you mean 'processes'?"),
        (TOP + '[database]\nadress = "x"', "database: the key 'adress' is not known. Did you mean 'address'?"),
        (TOP + '[mail]\nhost = "x"', "mail: `sender` is missing. Add `sender = ...`."),
        (TOP + '[mail]\nuser = "x"', "mail: `host` is missing. Add `host = ...`."),
        (
            TOP + '[mail]\nhost = "x"\nsender = "a@b"',
            "mail: e-mails link to the portal, so `url` in [web] must be set.",
        ),
        (TOP + '[mail]\nsender = "me"', "mail: `sender` must be an e-mail address, such as grader@example.org"),
        (
            TOP + '[mail]\nsender = "a@b\\nBcc: c@d"',
            "mail: `sender` must be an e-mail address, such as grader@example.org",
        ),
        (TOP + '[mail]\nencryption = "ssl"', "mail: `encryption` must be one of starttls, tls, none"),
        (TOP + "[graders]\njob = 2", "graders: the key 'job' is not known. Did you mean 'jobs'?"),
        (TOP + "web = 3", "`web` must be a table. Received: 3."),
        (TOP + "[web]\nport = 0", "web: `port` must be 1 or more. Received: 0."),
        (TOP + "[web]\nport = 65536", "web: `port` must be 65535 or less. Received: 65536."),
        (TOP + '[web]\nport = "80"', 'web: `port` must be a whole number. Received: "80".'),
        (TOP + "[web]\nprocesses = 0", "web: `processes` must be 1 or more. Received: 0."),
        (TOP + "[web]\nupload_mb = 301", "web: `upload_mb` must be 300 or less. Received: 301."),
        (TOP + "[web]\nsession_days = 0", "web: `session_days` must be 1 or more. Received: 0."),
        (TOP + '[web]\nhost = ""', 'web: `host` must not be empty. Received: "".'),
        (TOP + '[graders]\nallow_degraded = "no"', "graders: `allow_degraded` must be true or false."),
        (TOP + "[graders]\nstart = -1", "graders: `start` must be 0 or more. Received: -1."),
        (TOP + '[graders]\ncluster = ""', "graders: `cluster` must not be empty."),
        ('course = "elsewhere"\nresults = "x"', "elsewhere contains no folder 'exercises'. Name the course folder"),
        (TOP + '[database]\npassword_file = "p"', "database: `password_file` is only for PostgreSQL."),
        (TOP + "[web\n", "line 3: "),
    ],
)
def test_a_mistake_has_place_fact_and_remedy(read: Read, tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SpecificationError) as error:
        read(text)
    lines = str(error.value).splitlines()
    assert all(line.startswith(f"{tmp_path / 'portal.toml'}: ") for line in lines)
    assert any(problem in line for line in lines), lines


@pytest.mark.parametrize(
    "url",
    [
        "grader.example.org",
        "ftp://grader.example.org",
        "https://",
        "https://grader.example.org/portal",
        "https://grader.example.org?x=1",
        "https://grader.example.org#x",
        "https://someone@grader.example.org",
        "https://grader.example.org:port",
        "https://grader.example.org:0",
        "https://[::1",
        "",
    ],
)
def test_the_public_address_is_one_that_browsers_use(read: Read, url: str) -> None:
    with pytest.raises(SpecificationError, match="web: `url` must be the address that browsers use, without a path"):
        read(f'{TOP}[web]\nurl = "{url}"')


@pytest.mark.parametrize(
    ("proxy", "fact"),
    [
        ("*", "must be an IP address or a network"),
        ("proxy.example.org", "must be an IP address or a network"),
        ("", "must be an IP address or a network"),
        ("10.0.0.1/8", "is not a network, because bits after its prefix are set"),
    ],
)
def test_a_trusted_proxy_is_an_address_or_a_network(read: Read, proxy: str, fact: str) -> None:
    with pytest.raises(SpecificationError, match=f"entry 1 of trusted_proxies {fact}"):
        read(f'{TOP}[web]\ntrusted_proxies = ["{proxy}"]')


SECRET = "p@ss:w/rd?#% ä"


def test_the_password_comes_from_its_file_or_from_the_environment(read: Read, tmp_path: Path) -> None:
    text = f'{TOP}{SERVER}password_file = "secret/password"\n'
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "password").write_text("from the file\n")
    assert Database(read(text).gradebook)._url.password == "from the file"
    for settings in (read(text, SECRET), read(TOP + SERVER, SECRET)):
        address = Database(settings.gradebook)
        assert address._url.password == SECRET
        assert (address._url.username, address._url.host, address._url.database) == (
            "grader",
            "db.example.org",
            "grader",
        )
        assert SECRET not in repr(settings) + address.place
    assert read(TOP, SECRET).gradebook == ""


def test_a_socket_of_the_server_works_with_a_password(read: Read) -> None:
    table = '[database]\naddress = "postgresql+psycopg://grader@/grader?host=/run/postgresql"\n'
    address = Database(read(TOP + table, SECRET).gradebook)._url
    assert (address.password, address.query["host"]) == (SECRET, "/run/postgresql")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://grader:hidden@db/grader",
        "postgresql+psycopg://grader:hid@den@db/grader",
        "postgresql+psycopg://grader@db/grader?password=hidden",
        "postgresql+psycopg://grader:hidden@[::1/grader",
    ],
)
def test_a_password_in_the_settings_is_refused_and_not_repeated(read: Read, address: str) -> None:
    with pytest.raises(SpecificationError, match="`address` must not contain a password") as error:
        read(f'{TOP}[database]\naddress = "{address}"\nunknown = "x"')
    assert "hid" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (None, "cannot be read (No such file or directory). Create it, and allow this user to read it."),
        (b"", "must have the password as its only line. Correct it."),
        (b"one\ntwo\n", "must have the password as its only line. Correct it."),
        (b"\xff", "is not UTF-8. Save the file as UTF-8."),
    ],
)
def test_a_bad_password_file_is_named(read: Read, tmp_path: Path, content: bytes | None, fact: str) -> None:
    if content is not None:
        (tmp_path / "password").write_bytes(content)
    with pytest.raises(SpecificationError) as error:
        read(f'{TOP}{SERVER}password_file = "password"\n')
    assert str(error.value) == f"{tmp_path / 'portal.toml'}: database: {tmp_path / 'password'}: {fact}"


def test_a_password_needs_a_user(read: Read) -> None:
    with pytest.raises(SpecificationError, match="`address` names no user for the password"):
        read(f'{TOP}[database]\naddress = "postgresql://db/grader"\n', "secret")


def test_the_password_of_the_mail_server_is_read_from_its_file_and_not_shown(read: Read, tmp_path: Path) -> None:
    (tmp_path / "mail-password").write_text("hidden\n")
    settings = read(
        TOP
        + '[web]\nurl = "https://x.org"\n'
        + '[mail]\nhost = "x"\nsender = "a@b"\nuser = "a"\npassword_file = "mail-password"'
    )
    assert settings.mail is not None
    assert settings.mail.password == "hidden"
    assert "hidden" not in repr(settings)
