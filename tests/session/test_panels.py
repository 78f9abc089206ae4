"""Panels and a real kernel: who is told what, when, and what they may ask."""

from __future__ import annotations

import time
import uuid

import pytest

from tests.panels import DEFINITION, UNSAFE, Panel


@pytest.fixture
def panel(loaded):
    connected = Panel(loaded)
    connected.hello()
    return connected


def names(report):
    return [one["function"]["name"] for source in report["report"]["sources"] for one in source["verdicts"]]


def test_hello_is_answered_and_followed_by_everything(loaded):
    loaded.run(DEFINITION.format("step"), "cell-a")
    answer, (report,) = Panel(loaded).hello()
    assert (answer["type"], answer["to"], answer["ok"]) == ("answer", 1, True)
    assert names(report) == ["step"]
    assert [(one["cell_id"], len(one["digest"])) for one in report["cells"]] == [("cell-a", 40)]
    assert report["state"]["active"]
    assert len(report["drawn"]) == 1


def test_panels_are_told_of_a_change_and_of_nothing_else(panel):
    (report,) = panel.run(DEFINITION.format("step"), "a")
    assert names(report) == ["step"]
    assert panel.run("x = 1", "b") == []
    assert panel.run("1 / 0", "c") == []
    (again,) = panel.run(DEFINITION.format("step") + "\nstep(2.0)", "a")
    assert again["sequence"] > report["sequence"]
    assert again["cells"][0]["digest"] != report["cells"][0]["digest"]


def test_the_digest_is_that_of_the_text_without_newlines_at_its_end(panel):
    from hashlib import sha1

    text = "%%time\n" + DEFINITION.format("stép")
    (report,) = panel.run(text + "\n\n", "a")
    assert report["cells"][0]["digest"] == sha1(text.encode()).hexdigest()


def test_two_panels_are_told_the_same_and_answered_apart(loaded, panel):
    other = Panel(loaded)
    other.hello()
    loaded.send(DEFINITION.format("step"))
    seen = {panel.comm_id: [], other.comm_id: []}
    while not all(seen.values()):
        message = loaded.client.get_iopub_msg(timeout=60)
        seen.get(message["content"].get("comm_id"), []).append(message["content"].get("data"))
    assert seen[panel.comm_id] == seen[other.comm_id]
    asked = panel.tell("explain", code="HYB201")
    assert other.until_idle(asked) == []


def test_a_panel_that_closes_its_comm_is_forgotten(loaded, panel):
    panel.until_idle(panel.post("comm_close", data={}))
    assert panel.run(DEFINITION.format("step")) == []
    assert "tell" not in loaded.run("%hybnb").text


def opened_by_loading(kernel):
    """The comm that the kernel opens towards its front ends."""
    sent = kernel.send("%load_ext hybnb")
    while True:
        message = kernel.client.get_iopub_msg(timeout=60)
        if message["msg_type"] == "comm_open" and message["content"]["target_name"] == "hybnb":
            kernel.wait(sent)
            return Panel(kernel, message["content"]["comm_id"])


def test_loading_opens_a_comm_that_a_panel_can_speak_on(kernel):
    answer, _ = opened_by_loading(kernel).hello()
    assert answer["ok"]
    kernel.run("%unload_ext hybnb")


def test_a_front_end_that_knows_nothing_of_hybnb_closes_it_and_that_is_all(kernel):
    theirs = opened_by_loading(kernel)
    theirs.until_idle(theirs.post("comm_close", data={}))
    assert len(kernel.run(UNSAFE).outputs) == 1
    assert kernel.run("%unload_ext hybnb").text == ""


def test_a_comm_that_stays_open_from_before_a_reload_serves_the_new_page(loaded, panel):
    panel.run(DEFINITION.format("step"))
    loaded.client.shell_channel.send(loaded.client.session.msg("comm_info_request", {"target_name": "hybnb"}))
    reply = loaded.client.get_shell_msg(timeout=60)
    while reply["msg_type"] != "comm_info_reply":
        reply = loaded.client.get_shell_msg(timeout=60)
    assert panel.comm_id in reply["content"]["comms"]
    _, (report,) = Panel(loaded, panel.comm_id).hello()
    assert names(report) == ["step"]


def test_unloading_says_goodbye_and_leaves_no_target(loaded, panel):
    assert panel.run("%unload_ext hybnb") == [{"type": "bye"}, "comm_close"]
    left = loaded.run(
        "import comm; m = comm.get_comm_manager(); print('hybnb' in m.targets, [c for c in m.comms.values() if c.target_name == 'hybnb'])"
    )
    assert left.text.strip() == "False []"


def test_a_target_that_somebody_else_took_over_is_left_to_him(loaded):
    loaded.run("import comm; theirs = print; comm.get_comm_manager().register_target('hybnb', theirs)")
    loaded.run("%unload_ext hybnb")
    assert loaded.run("print(comm.get_comm_manager().targets.pop('hybnb') is theirs)").text.strip() == "True"


def test_messages_fire_no_event_of_the_shell(loaded, panel):
    loaded.run(
        "fired = []\ndef note(*_): fired.append(1)\nevents = get_ipython().events\n"
        "four = ['pre_execute', 'post_execute', 'pre_run_cell', 'post_run_cell']\n"
        "for event in four: events.register(event, note)"
    )
    for _ in range(3):
        panel.ask("refresh")
    said = loaded.run("print(len(fired))\nfor event in four: events.unregister(event, note)").text
    assert said.strip() == "4"  # the end of that cell and the start of this one


@pytest.mark.parametrize(("setting", "lines"), [("auto", 0), ("always", 1), ("never", 0)])
def test_lines_under_cells_follow_the_setting_while_a_panel_watches(loaded, panel, setting, lines):
    answer, _ = panel.ask("settings", values={"show": setting})
    assert answer["ok"]
    assert len(loaded.run(UNSAFE).outputs) == lines


@pytest.mark.parametrize(("setting", "lines"), [("auto", 1), ("always", 1), ("never", 0)])
def test_lines_under_cells_follow_the_setting_while_none_watches(loaded, setting, lines):
    loaded.run(f"%hybnb settings show={setting}")
    assert len(loaded.run(UNSAFE).outputs) == lines


JUDGED = "print(len(get_ipython()._hybnb_session.reports.verdicts or ()))"


def test_where_there_is_nothing_to_draw_cells_are_judged_when_the_kernel_is_idle(loaded):
    loaded.run("import tensorflow")
    assert loaded.run(DEFINITION.format("step") + f"\n{JUDGED}").text.strip() == "0"
    deadline = time.monotonic() + 60
    while loaded.run(JUDGED).text.strip() == "0":
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_what_was_judged_when_nobody_saw_it_is_still_news_once_it_pays(loaded):
    loaded.run(
        "import tensorflow as tf, time\nlosses = []\ndef step(x):\n    losses.append(x)\n    return tf.reduce_sum(x)"
    )
    time.sleep(1.0)
    assert len(loaded.run("step = tf.function(step)").outputs) == 1


def test_lines_come_back_when_the_panel_goes(loaded, panel):
    panel.until_idle(panel.post("comm_close", data={}))
    assert len(loaded.run(UNSAFE).outputs) == 1


def test_a_panel_that_puts_reports_together_is_sent_only_what_is_new(loaded):
    loaded.run(DEFINITION.format("first"), "a")
    panel = Panel(loaded)
    _, (whole,) = panel.ask("hello", protocol=1, partial=True)
    (report,) = panel.run("def second(x):\n    return x", "b")
    assert (names(report), report["same"]) == (["second"], {"base": whole["sequence"], "places": [0, -1]})
    assert [one["name"] for one in report["drawn"]] == ["second"]
    (last,) = panel.run("%hybnb mute first", "c")
    assert (names(last), last["same"]) == ([], {"base": report["sequence"], "places": [1]})


def test_a_panel_that_falls_silent_is_no_reason_to_be_silent_and_is_told_all_it_missed(loaded, panel):
    panel.tell("seen", sequence=1)
    panel.run(DEFINITION.format("step"))  # which isn't confirmed
    loaded.run("get_ipython()._hybnb_session.panels._idle_from -= 60; get_ipython()._hybnb_session._cells.began += 60")
    reply = loaded.send(UNSAFE)
    assert panel.until_idle(reply) == []
    (report,) = panel.until_idle(panel.tell("seen", sequence=1))
    assert names(report) == ["step"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"type": "measure", "id": 5, "function": "nothing_of_that_name"}, "unknown-function"),
        ({"type": "mute", "id": 5, "what": "__import__('os').abort()"}, "unknown-function"),
        ({"type": "mute", "id": 5, "what": "\x1b[31m<img>\n" + "x" * 10_000}, "unknown-function"),
        ({"type": "unmute", "id": 5, "what": "step"}, "failed"),
        ({"type": "explain", "id": 5, "code": "HYB999"}, "unknown-code"),
        ({"type": "settings", "id": 5, "values": {"show": "loudly"}}, "bad-command"),
        ({"type": "settings", "id": 5, "values": {"nonsense": 1}}, "bad-command"),
        ({"type": "hello", "id": 5, "protocol": 99}, "other-protocol"),
        ({"type": "execute", "id": 5, "code": "1/0"}, "bad-command"),
        ({"type": "measure", "id": 5, "function": ["step"]}, "bad-command"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["type"],
)
def test_what_cannot_be_done_is_answered_in_a_sentence(loaded, panel, data, reason):
    panel.run(DEFINITION.format("step"))
    answer, *rest = panel.until_idle(panel.post("comm_msg", data=data))
    assert (answer["to"], answer["ok"], answer["reason"]) == (5, False, reason)
    assert answer["message"]
    assert answer["message"].isprintable()
    assert len(answer["message"]) <= 400
    assert rest == []


@pytest.mark.parametrize("data", [None, [], "measure", 7, {"type": {}}, {"id": "x"}], ids=repr)
def test_madness_is_survived_without_a_word_to_the_user(loaded, panel, data):
    heard = panel.until_idle(panel.post("comm_msg", data=data))
    assert [(one["to"], one["reason"]) for one in heard] == [(0, "bad-command")]
    assert loaded.run("%hybnb").text.strip() == "No function to judge yet: define one and run its cell."


def test_a_muted_function_leaves_every_face_until_it_is_unmuted(loaded, panel):
    panel.run(UNSAFE)
    answer, (report,) = panel.ask("mute", what="step")
    assert answer["message"] == "step is muted in this session; %hybnb unmute step brings it back"
    assert (names(report), report["state"]["muted"]) == ([], ["step"])
    assert "No function" in loaded.run("%hybnb").text
    assert "step  cell" in loaded.run("%hybnb step").text
    assert "step" in loaded.run("%hybnb settings").text
    answer, (report,) = panel.ask("unmute", what="step")
    assert (names(report), report["state"]["muted"]) == (["step"], [])


def test_a_muted_code_hides_its_findings_and_makes_nothing_safe(loaded, panel):
    (before,) = panel.run(UNSAFE)
    _, (report,) = panel.ask("mute", what="outer-mutation")
    old, new = (one["report"]["sources"][0]["verdicts"][0] for one in (before, report))
    assert {one["code"] for one in old["findings"]} - {one["code"] for one in new["findings"]} == {"HYB201"}
    assert new["safe"] == old["safe"]


def test_switching_off_and_on_is_told(panel):
    panel.run(DEFINITION.format("step"))
    assert [one["state"]["active"] for one in panel.run("%hybnb off")] == [False]
    assert panel.run("%hybnb on")[0]["state"]["active"]


def test_a_panel_that_comes_while_a_cell_runs_on_another_thread_is_told_what_is_known(loaded, panel):
    panel.run(DEFINITION.format("step"))
    subshell = loaded.control("create_subshell_request")["subshell_id"]
    busy = loaded.send("import time; time.sleep(1.5)")
    late = Panel.__new__(Panel)
    late.kernel, late.client, late.comm_id, late.count = loaded, loaded.client, uuid.uuid4().hex, 0
    message = loaded.client.session.msg(
        "comm_open",
        {"comm_id": late.comm_id, "target_name": "hybnb", "data": {"type": "hello", "id": 1, "protocol": 1}},
    )
    message["header"]["subshell_id"] = subshell
    loaded.client.shell_channel.send(message)
    heard = late.until_idle(message["msg_id"])
    assert [one["type"] for one in heard] == ["answer", "report"]
    assert names(heard[1]) == ["step"]
    late.until_idle(busy)
    loaded.control("delete_subshell_request", {"subshell_id": subshell})


def test_the_reply_to_a_cell_does_not_wait_for_what_a_panel_is_told(loaded, panel):
    assert panel.until_idle(loaded.send(DEFINITION.format("step"))) == []
    assert names(panel.next()) == ["step"]


def test_of_cells_that_run_one_after_the_other_a_panel_is_told_once(loaded, panel):
    for name in ("first", "second"):
        loaded.send(DEFINITION.format(name))
    last = loaded.send("import time; time.sleep(0.3)")
    assert panel.until_idle(last) == []
    assert names(panel.next()) == ["first", "second"]


def test_a_cell_that_awaits_is_not_judged_before_its_end(loaded, panel):
    loaded.send(DEFINITION.format("step"))
    awaits = loaded.send("import asyncio; await asyncio.sleep(1)")
    assert panel.until_idle(awaits) == []
    assert names(panel.next()) == ["step"]


def test_the_kernel_judges_for_a_panel_in_short_slices(loaded, panel):
    panel.run(
        "from hybnb.advisor import Advisor\nupdate, slices = Advisor.update, []\n"
        "def noted(*given): slices.append(given[-1]); return update(*given)\nAdvisor.update = noted"
    )
    functions = "\n".join(f"def f{number}(x): return x" for number in range(39))
    panel.until_idle(loaded.send(f"# tensorflow\nslices.clear()\n{functions}"))
    assert len(names(panel.next())) == 40  # `noted` is one as well
    assert loaded.run("Advisor.update = update; print(max(slices) < 40, len(slices) > 2)").text.strip() == "True True"


def test_a_panel_still_hears_of_cells_once_they_have_become_too_slow(loaded, panel):
    loaded.run("%hybnb settings cell_budget_ms=0.0001 show=always")
    for name in ("one", "two", "three"):
        panel.run(UNSAFE.replace("step", name))
    assert panel.until_idle(loaded.send(DEFINITION.format("step"))) == []
    report = panel.next()
    assert "step" in names(report)
    assert any("idle" in sentence for sentence in report["state"]["trouble"])


def test_half_a_surrogate_pair_breaks_no_message(panel):
    (report,) = panel.run(DEFINITION.format("step") + "\nlone = '\\ud800'")
    assert names(report) == ["step"]
