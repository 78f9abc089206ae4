"""A stand-in for the side panel, and for a TensorFlow that is quick to import."""

from __future__ import annotations

import uuid

from tests.shells import Kernel

#: Enough of a TensorFlow for a decorated function that isn't safe, and quick to import.
STAND_IN = "__version__ = '2.99'\ndef function(f): return f\ndef reduce_sum(x): return x\n"
UNSAFE = """import tensorflow as tf
losses = []
@tf.function
def step(x):
    losses.append(x)
    return tf.reduce_sum(x)
"""
DEFINITION = "# tensorflow is only mentioned\nlosses = []\ndef {0}(x):\n    losses.append(x)\n    return x\n{0}(1)"


class Panel:
    """A front end with one comm, as the side panel has it."""

    def __init__(self, kernel: Kernel, comm_id: str | None = None):
        self.kernel = kernel
        self.client = kernel.client
        self.comm_id = comm_id or uuid.uuid4().hex
        self.count = 0
        if comm_id is None:
            self.post("comm_open", target_name="hybnb", data={})

    def post(self, kind: str, **content):
        message = self.client.session.msg(kind, {"comm_id": self.comm_id, **content})
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    def tell(self, type_: str, **fields):
        self.count += 1
        return self.post("comm_msg", data={"type": type_, **({"id": self.count} if type_ != "seen" else {}), **fields})

    def ask(self, type_: str, **fields):
        """The answer to a command, and what followed it while it was handled."""
        heard = self.until_idle(self.tell(type_, **fields))
        return heard[0], heard[1:]

    def hello(self):
        return self.ask("hello", protocol=1)

    def until_idle(self, asked: str):
        found = []
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            found += self.mine(message)
            if message["parent_header"].get("msg_id") == asked and message["content"].get("execution_state") == "idle":
                return found

    def run(self, code: str, cell_id: str | None = None, **more):
        """What the panel was told while a cell ran, and of what it left once that was judged."""
        heard = self.until_idle(self.kernel.send(code, cell_id, **more))
        answered = self.until_idle(self.tell("cancel"))
        return heard + [one for one in answered if one["type"] != "answer"]

    def next(self, seconds: float = 20):
        """The next message to this panel, whenever it comes."""
        while True:
            mine = self.mine(self.client.get_iopub_msg(timeout=seconds))
            if mine:
                return mine[0]

    def mine(self, message):
        content = message["content"]
        if content.get("comm_id") != self.comm_id or message["msg_type"] == "comm_open":
            return []
        return [content["data"] or message["msg_type"]]


def done(kernel, code):
    """Run a cell, whatever it says."""
    asked = kernel.send(code)
    while True:
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == asked and message["content"].get("execution_state") == "idle":
            return
