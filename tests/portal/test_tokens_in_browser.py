"""The tokens of "My account" in headless Chromium: by keyboard, on a phone and a laptop."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from grader.pipeline.course_site import CourseSite
from grader.pipeline.marking import now
from grader.pipeline.portal_people import TOKEN_START, digest, new_secret
from grader.portal.application import application
from grader.portal.security import COOKIE
from tests.portal.people import Person
from tests.portal.served import served

pytestmark = [pytest.mark.slow, pytest.mark.browser]
PHONE, LAPTOP = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


@pytest.mark.parametrize(("language", "create", "revoke"), [("en", "Create a token", "Revoke"), ("de", "Token", "Wid")])
def test_a_token_is_made_and_revoked_with_the_keyboard(
    site: CourseSite,
    enter: Callable[..., Person],
    browser: Any,
    violations: Callable[[Any], list[str]],
    language: str,
    create: str,
    revoke: str,
) -> None:
    account, secret = enter("ada").member.account, new_secret()
    site.accounts.set_preferences(account, language, "")
    site.accounts.begin_session(account, digest(secret), now(), now() + timedelta(hours=1))
    with served(application(site)) as address:
        context = browser.new_context(bypass_csp=True)  # the policy of the page would keep axe out
        context.add_cookies([{"name": COOKIE, "value": secret, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/account")
        page.locator("input[name=name]").focus()
        page.keyboard.type("A computer with a very long name, which is shown as it is")
        page.keyboard.press("Enter")
        token = page.locator("[role=status] code").inner_text()
        assert token.startswith(TOKEN_START)
        assert page.get_by_role("button", name=create).count() == 1
        for size in (PHONE, LAPTOP):
            page.set_viewport_size(size)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name=revoke).focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/account#tokens")
        assert token not in page.content()
        assert page.locator("table").count() == 0
    assert site.tokens.of_account(account, now()) == []
