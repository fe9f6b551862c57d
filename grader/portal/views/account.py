"""A person's own settings: language, time zone, password, and tokens for programs."""

from zoneinfo import available_timezones

from starlette.responses import Response

from grader.pipeline.marking import now
from grader.pipeline.portal_people import MOST_TOKENS, TOKEN_DAYS, new_token
from grader.portal.security import SHORTEST_PASSWORD, fits, hashed
from grader.portal.views.signing_in import begin_session, password_problem
from grader.portal.visit import Visit, go
from grader.text.language import say
from grader.text.languages import languages

LONGEST_TOKEN_NAME = 60
_LANGUAGES = {"en": "English", "de": "Deutsch"}
"""Code -> name in the language itself; a language without a name here is shown by its code."""


def form(visit: Visit) -> Response:
    """The page of the settings."""
    return _page(visit)


def save(visit: Visit) -> Response:
    """Store language, time zone, and whether to send e-mails."""
    language, zone = visit.fields.get("language", ""), visit.fields.get("zone", "").strip()
    if zone and zone not in available_timezones():
        return _page(visit, say("There is no time zone with this name. Choose one from the list."), 400)
    wants_mail = visit.fields.get("mail", "") == "yes"
    language = language if language in languages() else ""
    visit.site.accounts.set_preferences(visit.person.account, language, zone, wants_mail)
    return go("/account")


def change_password(visit: Visit) -> Response:
    """Store a new password. All sessions end, and this browser gets a new one."""
    if not visit.rates.allow("sign-in account", visit.person.login):
        return _page(visit, say("Too many sign-in attempts. Wait 15 minutes."), 429)
    stored = visit.site.accounts.password(visit.person.login)
    if not fits(visit.fields.get("old", ""), stored[1] if stored else ""):
        return _page(visit, say("The old password is not correct."), 400)
    if problem := password_problem(visit.fields.get("password", "")):
        return _page(visit, problem, 400)
    visit.site.accounts.set_password(visit.person.account, hashed(visit.fields["password"]), now())
    return begin_session(visit, visit.person.account)


def make_token(visit: Visit) -> Response:
    """Make a token for programs, and show it; no other page shows it again."""
    name = " ".join(visit.fields.get("name", "").split())
    if not 1 <= len(name) <= LONGEST_TOKEN_NAME:
        return _page(visit, say("Enter a name of at most {most} characters.", most=LONGEST_TOKEN_NAME), 400)
    token = new_token(visit.site, visit.person, name)
    if token is None:
        return _page(visit, say("You have {most} tokens. Revoke one first.", most=MOST_TOKENS), 400)
    return _page(visit, token=token)


def revoke_token(visit: Visit) -> Response:
    """End a token of this person."""
    visit.site.tokens.revoke(visit.person.account, int(visit.path["token"]), now())
    return go("/account#tokens")


def _page(visit: Visit, problem: str = "", status: int = 200, token: str = "") -> Response:
    return visit.page(
        "account.html",
        status,
        problem=problem,
        languages=[(code, _LANGUAGES.get(code, code)) for code in languages()],
        zones=sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/"))),
        shortest=SHORTEST_PASSWORD,
        token=token,
        tokens=visit.site.tokens.of_account(visit.person.account, now()),
        longest=LONGEST_TOKEN_NAME,
        days=TOKEN_DAYS,
    )
