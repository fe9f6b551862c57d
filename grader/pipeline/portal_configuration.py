"""The settings of a portal: those of `portal.toml`, if a file is named, and the options of the command line."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.course.portal_settings import PASSWORD_VARIABLE, read_portal_settings
from grader.model.portal_settings import PortalSettings


def configure(
    config: Path | None,
    *,
    usual_results: Path,
    top: Mapping[str, Any],
    web: Mapping[str, Any] | None = None,
    graders: Mapping[str, Any] | None = None,
) -> PortalSettings:
    """Read the settings of a portal.

    Args:
        config: The file; None for the settings that hold without it.
        usual_results: The results folder if neither the file nor an option names one.
        top: Name of an attribute of `PortalSettings` -> value of an option; None if the option is not given.
        web: The same for `WebSettings`.
        graders: The same for `GraderSettings`.

    Raises:
        SpecificationError: The file is not valid.
    """
    password = os.environ.get(PASSWORD_VARIABLE)
    settings = read_portal_settings(config, password) if config else PortalSettings(results=usual_results)
    return replace(
        settings,
        web=replace(settings.web, **_given(web or {})),
        graders=replace(settings.graders, **_given(graders or {})),
        **_given(top),
    )


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
