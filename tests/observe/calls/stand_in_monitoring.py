"""A stand-in for sys.monitoring on Python 3.11, driven by sys.setprofile, so that the code for 3.12 runs there too."""

from __future__ import annotations

import dis
import sys
import threading
from types import SimpleNamespace

DEPTH = 3  # the profile function is between the watched function and the callback
_START = bytes((dis.opmap["RESUME"], 0))  # not going on after a yield
_RETURN, _YIELD = dis.opmap["RETURN_VALUE"], dis.opmap["YIELD_VALUE"]


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
        assert not any([*self.callbacks.values(), self.everywhere])
        del self.tools[tool]

    def register_callback(self, tool, event, callback):
        assert tool in self.tools
        self.callbacks[event] = callback

    def set_local_events(self, tool, code, events):
        assert tool in self.tools
        self.codes[id(code)] = events

    def set_events(self, tool, events):
        assert tool in self.tools
        self.everywhere = events
        profile = self.profile if events else None
        threading.setprofile(profile)
        sys.setprofile(profile)

    def profile(self, frame, event, argument):
        code, at = frame.f_code, frame.f_lasti
        local = self.codes.get(id(code), 0)
        operation = code.co_code[at]
        if event == "call" and local & 1 and code.co_code[at : at + 2] == _START:
            self.callbacks[1](code, 0)
            frame.f_locals
        elif event == "return" and operation == _RETURN and local & 4:
            self.callbacks[4](code, 0, argument)
        elif event == "return" and operation not in (_RETURN, _YIELD) and self.everywhere & 4096:
            self.callbacks[4096](code, 0, None)
