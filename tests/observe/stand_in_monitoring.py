"""A stand-in for sys.monitoring on Python 3.11, driven by sys.setprofile, so that the code for 3.12 runs there too."""

from __future__ import annotations

import dis
import sys
import threading
from types import SimpleNamespace

DEPTH = 3  # the profile function is between the watched function and the callback
_ENDINGS = {dis.opmap["RETURN_VALUE"], dis.opmap["YIELD_VALUE"]}


class Monitoring:
    """The part of PEP 669 that hybnb uses."""

    DISABLE = object()
    events = SimpleNamespace(PY_START=1, PY_RETURN=4, PY_UNWIND=4096)

    def __init__(self, taken=()):
        self.tools = dict.fromkeys(taken, "another tool")
        self.callbacks = {}
        self.codes = {}
        self.everywhere = 0

    def get_tool(self, tool):
        return self.tools.get(tool)

    def use_tool_id(self, tool, name):
        assert tool not in self.tools
        self.tools[tool] = name

    def free_tool_id(self, tool):
        assert not any(self.callbacks.values()) and not self.everywhere and not any(self.codes.values())
        del self.tools[tool]

    def register_callback(self, tool, event, callback):
        assert tool in self.tools
        self.callbacks[event] = callback

    def set_local_events(self, tool, code, events):
        assert tool in self.tools
        self.codes[code] = events

    def set_events(self, tool, events):
        assert tool in self.tools
        self.everywhere = events
        profile = self.profile if events else None
        threading.setprofile(profile)
        sys.setprofile(profile)

    def profile(self, frame, event, argument):
        code = frame.f_code
        local = self.codes.get(code, 0)
        if event == "call" and local & 1 and frame.f_lasti < 0 or event == "call" and local & 1 and _starts(frame):
            self.tell(1, code, 0)
        elif event == "return" and argument is None and code.co_code[frame.f_lasti] not in _ENDINGS:
            if self.everywhere & 4096:
                self.tell(4096, code, 0, None)
        elif event == "return" and local & 4 and code.co_code[frame.f_lasti] == dis.opmap["RETURN_VALUE"]:
            callback = self.callbacks.get(4)
            if callback:
                callback(code, 0, argument)

    def tell(self, event, *arguments):
        callback = self.callbacks.get(event)
        if callback:
            callback(*arguments)


def _starts(frame):
    """True at the first RESUME of a function or coroutine, not when it goes on after a yield."""
    return frame.f_code.co_code[frame.f_lasti + 1] == 0
