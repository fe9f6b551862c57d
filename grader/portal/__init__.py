"""The portal: students submit notebooks and read their reports in a browser, and staff publish marks.

`routes.py` lists every page with the roles that may see it. `application.py` guards them, `visit.py` has what a page
knows of its request, and `views/` has the pages themselves. The portal calls the pipeline and reads no key.
"""
