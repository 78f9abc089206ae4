"""Packs the side panel into wheels and sdists.

It is only built when its sources have changed since, so that Node is not needed where the bundle is there already, as
it is in an sdist. Where it isn't and there is no Node either, hybnb is packed without the panel, says so, and everything
else works.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.append(str(Path(__file__).parent / "scripts"))
import build_panel

WITHOUT = "hybnb is packed without its side panel, because there is no Node (20.19 or newer) to build it with"
FAILED = "hybnb is packed without its side panel, because building it failed"


class PanelHook(BuildHookInterface[Any]):
    """Has the panel built and packed."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the panel's files; not to an editable install, where `make panel` links to them.

        Installing over that link, or uninstalling, would write and delete here.
        """
        if version == "editable":
            return
        if not build_panel.fresh():
            self._build()
        if not build_panel.STAMP.exists():
            return
        if self.target_name == "wheel":
            shipped = build_panel.SHIPPED
            build_data["shared_data"][str(build_panel.BUNDLE)] = shipped
            build_data["shared_data"][str(build_panel.SOURCES / "install.json")] = f"{shipped}/install.json"
        else:
            build_data["artifacts"].append("/hybnb/labextension")

    def _build(self) -> None:
        if not build_panel.npm():
            self.app.display_warning(WITHOUT)
            return
        try:
            build_panel.build()
        except (OSError, subprocess.CalledProcessError) as trouble:
            self.app.display_warning(f"{FAILED}: {trouble}")
