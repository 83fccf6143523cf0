"""The sentences of "Always true" hold whatever people do, in any order. The long form: make stateful."""

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.always.machine import Anything
from tests.always.world import World

LONG = int(os.environ.get("STATEFUL_RUNS", "2000"))
STEPS = 40
# What must have happened at least once in a long run, or the machine would show nothing.
IMPORTANT = (
    "propose", "approve", "ask_mentor", "accept", "decline", "ask_mentee", "mentee_answer", "introduce", "pause",
    "resume", "cancel", "end", "log_contact", "ask_question", "mentee_stops", "withdraw", "give_consent", "close",
    "reopen", "rest", "back", "decertify", "raise_flag", "flag_acknowledge", "flag_resolve", "flag_reopen",
    "flag_attempt", "round", "deliver", "raise_as_mentee", "raise_as_staff", "raise_about_oneself", "raise_broken",
    "about_mentor_no_pair", "about_staff_no_pair", "flag_details", "flag_hand_over", "flag_take_over", "go_on",
    "plan_shift", "retry", "settle", "report_delivered", "sender_dies", "look",
    "look_at_somebody",
)  # fmt: skip
# The same of a run of so many lives: these need several steps in one order.
MANY = 500
SELDOM = (
    "about_mentor", "about_staff", "raise_flag_again", "flag_keep", "give_back", "accept_shift", "decline_shift",
    "report_failed", "report_accepted", "tried_again", "given_up", "remove_shift", "offer_shift",
)  # fmt: skip
CENTRAL = ("ask_mentor", "raise_flag", "flag_acknowledge")  # what the short form begins with


@pytest.fixture
def machine(db):
    """The machine with its world, which is built once."""
    Anything.tally.clear()
    Anything.world = World()
    return Anything


def run(machine, runs, steps=STEPS, phases=(Phase.generate,), **more):
    """Play so many lives of so many steps."""
    quiet = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, database=None, phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck), **more,
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=quiet)


class Opened(Anything):
    """Each life begins with a match that is asked for and a flag that somebody answers."""

    opening = CENTRAL


def test_whatever_people_do_what_is_always_true_stays_true(machine):
    run(Opened, runs=2, steps=12, derandomize=True)
    assert machine.tally["steps", "done"] > 10
    assert [name for name in CENTRAL if machine.tally[name, "done"]] == list(CENTRAL)


@pytest.mark.stateful
def test_the_same_for_thousands_of_lives(machine, capsys):
    began = time.process_time()
    try:
        run(machine, runs=LONG, phases=(Phase.generate, Phase.shrink), print_blob=True)
    finally:
        with capsys.disabled():
            print(told(machine.tally, time.process_time() - began))
    never = [name for name in IMPORTANT + SELDOM * (LONG >= MANY) if not machine.tally[name, "done"]]
    assert not never, f"never succeeded: {never}"


def told(tally, seconds):
    """Write how often each action succeeded and was refused."""
    runs, actions = tally["runs", "done"], tally["steps", "done"]
    lines = [
        f"\n{runs} runs, {actions} actions, {seconds:.0f} s of processor time, {actions / seconds:.0f} actions a second"
    ]
    for name in sorted({name for name, _how in tally} - {"runs", "steps"}):
        lines.append(f"  {name:16} {tally[name, 'done']:7} done {tally[name, 'refused']:7} refused")
    return "\n".join(lines)
