"""hybnb's own failures are told in sentences, each once, without asking the user's objects for words."""

from __future__ import annotations

from hybnb.errors import HybnbError
from hybnb.session.troubles import MOST, Troubles


def raised(trouble):
    try:
        raise trouble
    except BaseException as caught:
        return caught


def test_a_failure_is_one_sentence_with_its_place():
    troubles = Troubles()
    troubles.note(raised(KeyError("x\ny")))
    (sentence,) = troubles.sentences
    assert "KeyError" in sentence
    assert "test_troubles.py line" in sentence
    assert "\n" not in sentence
    assert "/" not in sentence


def test_the_same_failure_is_told_once_and_the_number_is_bounded():
    troubles = Troubles()
    for number in range(2 * MOST):
        troubles.say(f"number {number}")
        troubles.say("again")
    assert len(troubles.sentences) == MOST
    assert troubles.sentences.count("again") == 1


def test_a_sentence_for_the_user_is_kept_as_it_is():
    troubles = Troubles()
    troubles.note(HybnbError("close the other tool"))
    assert troubles.sentences == ("close the other tool",)


def test_an_exception_of_the_users_is_not_asked_for_its_text():
    class HostileError(Exception):
        def __str__(self):
            raise AssertionError("asked")

    troubles = Troubles()
    troubles.note(raised(HostileError()))
    assert "Hostile" in troubles.sentences[0]
