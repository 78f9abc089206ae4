"""Cards with buttons in a real kernel: what is displayed, what a press does, and what is left at the end."""

from __future__ import annotations

import pytest

from tests.panels import UNSAFE

VIEW = "application/vnd.jupyter.widget-view+json"
OPEN = "print(sorted(c.target_name for c in __import__('comm').get_comm_manager().comms.values()))"


def press(kernel, outputs, label):
    """Press the button as a front end does; gives the HTML that the widgets show afterwards."""
    (view,) = [each[VIEW]["model_id"] for each in outputs if VIEW in each]
    found = "from ipywidgets.widgets.widget import _instances as all_widgets; "
    reply = kernel.run(
        f"{found}print([b.comm.comm_id for b in all_widgets[{view!r}].children[0].children if b.description == {label!r}][0])"
    )
    content = {"comm_id": reply.text.strip(), "data": {"method": "custom", "content": {"event": "click"}}}
    message = kernel.client.session.msg("comm_msg", content)
    kernel.client.shell_channel.send(message)
    assert kernel.wait(message["header"]["msg_id"]).text == ""
    return kernel.run(f"print(all_widgets[{view!r}].children[1].value, all_widgets[{view!r}].children[2].value)").text


def test_a_card_comes_with_buttons_and_each_output_is_readable_without_them(loaded):
    loaded.run(UNSAFE, "a")
    card, buttons = loaded.run("%hybnb step").outputs
    assert set(card) == {"text/plain", "text/html"}
    assert set(buttons) == {"text/plain", "text/html", VIEW}
    assert "HYB201" in card["text/html"]


def test_pressing_why_explains_and_pressing_measure_is_answered(loaded):
    loaded.run(UNSAFE, "a")
    outputs = loaded.run("%hybnb step").outputs
    assert "HYB201" in press(loaded, outputs, "Why")


def test_pressing_mute_mutes_everywhere(loaded):
    loaded.run(UNSAFE, "a")
    outputs = loaded.run("%hybnb step").outputs
    assert "step is muted in this session" in press(loaded, outputs, "Mute")
    assert "No function" in loaded.run("%hybnb").text


def test_pressing_apply_shows_the_changed_cell_as_typed(loaded):
    loaded.run("%%time\nimport tensorflow as tf\n@tf.function\ndef plain(x):\n    return x + 1\nplain(1)", "a")
    outputs = loaded.run("%hybnb plain").outputs
    assert "%%time\nimport tensorflow as tf\ndef plain(x):" in press(loaded, outputs, "Apply")


def test_apply_puts_the_changed_cell_into_a_new_one(loaded):
    loaded.run("import tensorflow as tf\n@tf.function\ndef plain(x):\n    return x + 1\nplain(1)", "a")
    reply = loaded.run("%hybnb apply plain")
    (payload,) = reply.content["payload"]
    assert (payload["source"], payload["replace"]) == ("set_next_input", False)
    assert payload["text"] == "import tensorflow as tf\ndef plain(x):\n    return x + 1\nplain(1)"
    assert "with the change" in reply.text


@pytest.mark.parametrize(("setting", "views"), [("asked", 0), ("always", 1), ("never", 0)])
def test_buttons_below_lines_follow_their_setting(loaded, setting, views):
    loaded.run(f"%hybnb settings buttons={setting}")
    assert sum(VIEW in each for each in loaded.run(UNSAFE, "a").outputs) == views


def test_no_buttons_when_they_are_not_wanted(loaded):
    loaded.run(UNSAFE, "a")
    loaded.run("%hybnb settings buttons=never")
    assert len(loaded.run("%hybnb step").outputs) == 1


def test_unloading_closes_every_widget(loaded):
    loaded.run(UNSAFE, "a")
    loaded.run("%hybnb step")
    assert loaded.run(OPEN).text.count("jupyter.widget") > 3
    loaded.run("%unload_ext hybnb")
    assert loaded.run(OPEN).text.strip() == "[]"


MEASURED = """
session = get_ipython()._hybnb_session
class Measuring(type(session.measuring)):
    waiting, refusal = (), ""
    def measure(self, key):
        self.waiting = (key,)
        return f"{key} is measured as soon as the kernel is idle"
session.measuring.__class__ = Measuring
"""
STEP = "from hybnb.model.wire import Progress; session.panels.progress(Progress('step', 'timing', 0.5, 'half way'))"


def test_a_card_follows_the_measurement_that_it_asked_for(loaded):
    loaded.run(UNSAFE, "a")
    loaded.run(MEASURED)
    outputs = loaded.run("%hybnb step").outputs
    assert "step is measured as soon as the kernel is idle" in press(loaded, outputs, "Measure")
    (view,) = [each[VIEW]["model_id"] for each in outputs if VIEW in each]
    shown = f"print(all_widgets[{view!r}].children[1].value)"
    assert "half way (50%)" in loaded.run(f"{STEP}\n{shown}").text
    loaded.run("session.measuring.waiting = ()")
    assert "safe: no" in loaded.run(shown).text
