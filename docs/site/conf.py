"""Settings of Sphinx for the site of the documentation; `build.py` calls it."""

project = "The grader"
html_title = "The grader"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "index"

# Headings have the addresses that GitHub gives them, so that the same links work in both places.
myst_heading_anchors = 4

# Code without a language is a tree of folders, a table or output.
highlight_language = "text"
# `name` in a docstring is code.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_use_ivar = True

html_theme = "furo"
html_copy_source = False
html_show_copyright = False
