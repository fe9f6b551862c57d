"""Signing in with a password or with a link, and signing out."""

from starlette.responses import Response

from grader.pipeline.marking import now
from grader.pipeline.portal_people import digest, new_secret
from grader.portal.security import (
    COOKIE,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    fits,
    hashed,
)
from grader.portal.visit import Visit, go
from grader.text.language import say


def front(visit: Visit) -> Response:
    """The address of the portal itself."""
    return go("/course" if visit.member else "/sign-in")


def form(visit: Visit) -> Response:
    """The page to sign in."""
    return go("/course") if visit.member else visit.page("sign_in.html", problem="", login="")


def sign_in(visit: Visit) -> Response:
    """Check login and password, and begin a session."""
    login = visit.fields.get("login", "").strip().lower()
    # The address first: a refused address counts for no account, so it locks none out and adds no rows.
    allowed = visit.rates.allow("sign-in address", visit.address) and visit.rates.allow("sign-in account", login)
    if not allowed:
        problem = say("Too many sign-in attempts. Wait 15 minutes.")
        return visit.page("sign_in.html", 429, problem=problem, login=login)
    stored = visit.site.accounts.password(login)
    # The answer is the same, and takes as long, whether the account exists or not.
    is_right = fits(visit.fields.get("password", ""), stored[1] if stored else "")
    if stored is None or not is_right:
        problem = say("This login and password do not match. Check both, or ask for a new link.")
        return visit.page("sign_in.html", 403, problem=problem, login=login)
    return begin_session(visit, stored[0].account)


def welcome(visit: Visit) -> Response:
    """The page of a link: it greets its person and asks for a password. Opening it does not use the link up."""
    if not visit.rates.allow("link address", visit.address):
        return visit.page("failure.html", 429, code=429)
    person = visit.site.accounts.of_link(digest(visit.path["token"]), now())
    if person is None:
        return visit.page("link_over.html", 404)
    return visit.page("welcome.html", person=person, token=visit.path["token"], problem="", shortest=SHORTEST_PASSWORD)


def accept(visit: Visit) -> Response:
    """Store the password that the person of a link chose, use the link up, and begin a session."""
    token = visit.path["token"]
    person = visit.site.accounts.of_link(digest(token), now())
    if person is None:
        return visit.page("link_over.html", 404)
    password = visit.fields.get("password", "")
    if problem := password_problem(password):
        return visit.page("welcome.html", 400, person=person, token=token, problem=problem, shortest=SHORTEST_PASSWORD)
    if visit.site.accounts.use_link(digest(token), now()) is None:
        return visit.page("link_over.html", 404)
    visit.site.accounts.set_password(person.account, hashed(password), now())
    return begin_session(visit, person.account)


def sign_out(visit: Visit) -> Response:
    """End the session."""
    visit.site.accounts.end_session(visit.session)
    answer = go("/sign-in")
    answer.delete_cookie(COOKIE)
    return answer


def begin_session(visit: Visit, account: int) -> Response:
    """Begin a new session, which replaces the one that the browser had, and go to the course."""
    secret, at = new_secret(), now()
    visit.site.accounts.begin_session(account, digest(secret), at, at + visit.web.session, instead_of=visit.session)
    answer = go("/course")
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(visit.web.session.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=visit.base.startswith("https:"),
    )
    return answer


def password_problem(password: str) -> str:
    """Why a text cannot be a password; empty if it can."""
    if SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return ""
    return say("A password needs at least {shortest} characters.", shortest=SHORTEST_PASSWORD)
