"""E-mails that say that something is new. They contain no mark, no question and no name of another person."""

import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from grader.model.notice import Letter
from grader.model.portal_settings import Encryption, MailSettings
from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.text.language import say, speaking

LOOK_SECONDS = 5.0
_AFTER_FAILURE_SECONDS = 60.0
_ANSWER_SECONDS = 5.0
_CLAIM = timedelta(minutes=10)
_AT_ONCE = 20
_LONGEST_PAUSE = timedelta(hours=6)


class Mailer:
    """Sends the e-mails of a course that wait; graders call it from time to time.

    Args:
        site: The course.
        settings: The mail server.
        url: Address of the portal, which the e-mails link to.
        tell: Receives a sentence about each problem.
    """

    def __init__(self, site: CourseSite, settings: MailSettings, url: str, tell: Callable[[str], None]) -> None:
        self._site, self._settings, self._url, self._tell = site, settings, url.rstrip("/"), tell
        self._next = 0.0

    def send_due(self, *, at_once: bool = False) -> int:
        """Send what is due, but look only every few seconds; returns the number of e-mails.

        Args:
            at_once: Whether to look now.
        """
        if not at_once and time.monotonic() < self._next:
            return 0
        self._next = time.monotonic() + LOOK_SECONDS
        letters = self._site.notices.claim_letters(now(), now() + _CLAIM, _AT_ONCE)
        return self._send(letters) if letters else 0

    def _send(self, letters: list[Letter]) -> int:
        sent, place = 0, f"{self._settings.host}:{self._settings.port}"
        try:
            with self._server() as server:
                while letters:
                    sent += self._send_one(server, letters[0])
                    del letters[0]
        except (OSError, smtplib.SMTPException) as error:
            self._next = time.monotonic() + _AFTER_FAILURE_SECONDS
            problem = f"mail server {place}: {_words(error)}"
            self._tell(f"{problem}. The grader tries again later.")
            for letter in letters:
                self._site.notices.note_failed(letter, problem, now() + _pause(letter.tries))
        return sent

    def _send_one(self, server: smtplib.SMTP, letter: Letter) -> int:
        """Send an e-mail; returns 1 if the server took it, and 0 if it never will."""
        try:
            server.send_message(self._message(letter), to_addrs=[letter.address])
        except (ValueError, smtplib.SMTPRecipientsRefused) as error:
            refused = (
                error.recipients.get(letter.address, (0, b"")) if isinstance(error, smtplib.SMTPException) else None
            )
            if refused is not None and refused[0] < 500:  # such as a full mailbox
                self._site.notices.note_failed(letter, _words(error), now() + _pause(letter.tries))
            else:
                self._site.notices.note_failed(letter, _words(error), None)
            server.rset()
            return 0
        self._site.notices.note_sent(letter)
        return 1

    def _message(self, letter: Letter) -> EmailMessage:
        message, course = EmailMessage(), self._site.settings.title
        with speaking(self._site.language(letter.language)):
            message["Subject"] = say("{course}: there is something new", course=" ".join(course.split()))
            text = [
                say("There is something new for you in the course {course}.", course=course),
                f"{self._url}/course",
                say("To stop these e-mails, change this setting in your account:"),
                f"{self._url}/account",
            ]
        message["From"] = self._settings.sender
        message["To"] = letter.address
        message["Date"] = format_datetime(now())
        message["Message-ID"] = make_msgid(domain=self._settings.sender.rpartition("@")[2].strip("> ") or None)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content("\n\n".join(text) + "\n")
        return message

    def _server(self) -> smtplib.SMTP:
        settings = self._settings
        context = ssl.create_default_context()
        if settings.encryption is Encryption.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=_ANSWER_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=_ANSWER_SECONDS)
        try:
            if settings.encryption is Encryption.STARTTLS:
                server.starttls(context=context)
            if settings.user:
                server.login(settings.user, settings.password)
        except BaseException:
            server.close()
            raise
        return server


def _pause(tries: int) -> timedelta:
    """How long to wait before the next try: twice as long after each."""
    return min(timedelta(minutes=2 ** min(tries, 10)), _LONGEST_PAUSE)


def _words(error: Exception) -> str:
    """What went wrong, without addresses of people."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _ in error.recipients.values()})
        return f"the server refused the address ({', '.join(codes)})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    if isinstance(error, socket.gaierror | TimeoutError | ConnectionError | ssl.SSLError):
        return str(error) or type(error).__name__
    return type(error).__name__
