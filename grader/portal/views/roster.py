"""The people of the course: upload a roster, add staff, and give out links to sign in with."""

from collections.abc import Sequence
from urllib.parse import quote

from starlette.responses import Response

from grader.errors import InputError
from grader.model.portal import Member, Role, sections_of
from grader.pipeline.marking import now
from grader.pipeline.portal_people import LINK_DAYS, add_staff, enrol_roster, may_have_link, new_links
from grader.portal import wording
from grader.portal.lists import list_query
from grader.portal.visit import Visit, go, missing
from grader.storage.csv_table import lines
from grader.text.language import say

_LONGEST_SECTIONS = 500
_COLUMNS = ("name", "email", "login", "link")
"""Names of columns that `grader grade --roster` also reads, so that they are the same in each language."""


def people(visit: Visit) -> Response:
    """A page of the people with a role in the course."""
    return _page(visit)


def upload(visit: Visit) -> Response:
    """Give the students of a roster accounts, and show a link for each student who is new.

    Links that were sent before still work, unless the form asks for new ones for all who have no password yet.
    """
    files = visit.files.get("roster", [])
    if not files:
        return _page(visit, problem=say("Choose a CSV file that lists the students."))
    try:
        roster = enrol_roster(visit.site, files[0].path.read_bytes(), files[0].name, visit.person.account)
    except InputError as error:
        return _page(visit, problem=str(error))
    replaced = roster.present if visit.fields.get("replaces_links") else ()
    invited = [member for member in (*roster.added, *replaced) if not member.has_password]
    return _page(visit, invited, outcome=wording.enrolled(roster), ends_links=bool(replaced))


def staff(visit: Visit) -> Response:
    """Give a person of the staff an account, and show the link; a person who has an account keeps the earlier link."""
    role = visit.fields.get("role", "")
    if role not in set(Role) - {Role.STUDENT}:
        raise missing()
    try:
        login, name, sections = (visit.fields.get(field, "") for field in ("login", "name", "sections"))
        present = {member.account for member in visit.site.accounts.members()}
        member = add_staff(visit.site, login, name, Role(role), visit.person.account, sections)
    except InputError as error:
        return _page(visit, problem=str(error))
    return _page(visit, [] if member.has_password or member.account in present else [member])


def sections(visit: Visit) -> Response:
    """Set the sections of a student, or those to which an assistant is limited."""
    member = visit.site.accounts.of_account(int(visit.path["account"]))
    if member is None or member.role not in (Role.STUDENT, Role.ASSISTANT):
        raise missing()
    names = ", ".join(sorted(sections_of(visit.fields.get("sections", "")[:_LONGEST_SECTIONS])))
    visit.site.accounts.set_sections(member.account, names, visit.person.account, now())
    return go(f"/roster{list_query(visit.listing)}")


def link(visit: Visit) -> Response:
    """Make a new link for a person who forgot the password or lost the link; earlier links no longer work."""
    member = visit.site.accounts.of_account(int(visit.path["account"]))
    # An instructor must not take over the account of an administrator.
    if member is None or not (visit.person.role is Role.ADMINISTRATOR or member.role is Role.STUDENT):
        raise missing()
    if not may_have_link(visit.site, [member]):
        raise missing()
    return _page(visit, [member], ends_links=True)


def _page(
    visit: Visit,
    invited: Sequence[Member] = (),
    problem: str = "",
    outcome: Sequence[str] = (),
    *,
    ends_links: bool = False,
) -> Response:
    people = may_have_link(visit.site, invited)
    secrets = new_links(visit.site, people, visit.person.account)
    links = [(member, f"{visit.base}/welcome/{secret}") for member, secret in zip(people, secrets, strict=True)]
    request = visit.search()
    return visit.page(
        "roster.html",
        400 if problem else 200,
        request=request,
        members=visit.site.accounts.page(request),
        links=links,
        file=_file_of_links(links),
        outcome=outcome,
        ends_links=ends_links,
        days=LINK_DAYS,
        problem=problem,
    )


def _file_of_links(links: Sequence[tuple[Member, str]]) -> str:
    """The links as a CSV file inside an address, so the page contains the file, and no address of the portal does."""
    rows = [(member.name, member.email, member.login, address) for member, address in links]
    content = lines([_COLUMNS, *rows]).encode("utf-8-sig")  # spreadsheets need the mark to read names with accents
    return f"data:text/csv;charset=utf-8,{quote(content, safe='')}"
