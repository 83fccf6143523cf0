"""What is taught: versions are copied, changed part by part and published; whoever began under one ends under it."""

import pytest
from django.urls import reverse

from common.errors import Denied, Invalid, NotReady, Stale, WrongState
from tests.training import learning_world as world
from training import curriculum_check, learning, starter_curriculum
from training.actions import learning as begin_actions
from training.actions import learning_curriculum as actions
from training.models import Curriculum, Module, Question

LIST = reverse("training:curriculum")


@pytest.fixture
def version(team):
    return world.make_version(team)


@pytest.fixture
def draft(team, version):
    return actions.copy_version(clinic=team.clinic, by=team.coordinator)


def part(draft, key="flags") -> Module:
    return draft.modules.get(key=key)


def fields_of(module, **changes) -> dict:
    return {name: getattr(module, name) for name in actions.MODULE} | changes


def question_fields(question, **changes) -> dict:
    values = {"text": question.text, "was": curriculum_check.mark(question)}
    for n, option in enumerate(question.options.all(), start=1):
        kind = "right" if option.is_right else "unsafe" if option.is_unsafe else ""
        values |= {f"answer_{n}": option.text, f"kind_{n}": kind, f"feedback_{n}": option.feedback}
    return values | changes


# Versions


def test_a_new_version_is_a_whole_copy_and_there_is_one_in_the_making(team, version, draft):
    assert draft.version == 2 and actions.copy_version(clinic=team.clinic, by=team.admin) == draft
    for before in version.modules.all():
        after = draft.modules.get(key=before.key)
        assert [p.body for p in after.pages.all()] == [p.body for p in before.pages.all()]
        assert [r.text for r in after.rubric.all()] == [r.text for r in before.rubric.all()]
        asked = [[(o.text, o.is_right, o.is_unsafe) for o in q.options.all()] for q in after.questions.all()]
        assert asked == [[(o.text, o.is_right, o.is_unsafe) for o in q.options.all()] for q in before.questions.all()]


def test_who_began_before_ends_under_their_version(team, version, draft):
    learner = world.make_learner(team)
    actions.publish(curriculum=draft.pk, by=team.coordinator, note="Shorter")
    later = world.make_learner(team)
    assert learning.current(learner).curriculum == version and learning.current(later).curriculum == draft
    assert begin_actions.begin(mentor=learner.pk, by=team.coordinator).curriculum == version


def test_publishing_again_changes_nothing(team, draft):
    first = actions.publish(curriculum=draft.pk, by=team.coordinator, note="Shorter")
    again = actions.publish(curriculum=draft.pk, by=team.admin, note="Longer")
    assert (again.note, again.published_by) == (first.note, team.coordinator)


def test_what_is_published_stays_as_it_is(team, version):
    module = part(version)
    with pytest.raises(WrongState, match="stays as it is"):
        actions.remove_module(module=module.pk, by=team.coordinator)
    with pytest.raises(WrongState):
        actions.save_page(module=module.pk, by=team.coordinator, page=None, title="A", body="B", was="")
    with pytest.raises(WrongState):
        actions.change_module(module=module.pk, by=team.coordinator, values=fields_of(module), rubric="", was="")


@pytest.mark.parametrize("who", ["nurse", "clinician", "trainer"])
def test_others_change_nothing_of_what_is_taught(team, draft, who):
    by = getattr(team, who)
    with pytest.raises(Denied):
        actions.copy_version(clinic=team.clinic, by=by)
    with pytest.raises(Denied):
        actions.publish(curriculum=draft.pk, by=by, note="Mine")


def test_another_clinic_changes_nothing_here(other_team, draft):
    with pytest.raises(Denied):
        actions.add_module(curriculum=draft.pk, by=other_team.coordinator, title="Ours")


# What must be right before it is published


@pytest.mark.parametrize(("spoil", "sentence"), [
    (lambda d: part(d).questions.all().delete(), "passed by questions, and has none"),
    (lambda d: part(d, "listening").rubric.all().delete(), "nothing says what to look for"),
    (lambda d: part(d, "story").pages.all().delete(), "no page to read"),
    (lambda d: part(d).questions.first().options.filter(is_right=True).update(is_right=False), "one answer must be right"),
    (lambda d: part(d).questions.first().options.exclude(is_right=True).delete(), "at least two answers"),
    (lambda d: part(d).questions.first().options.update(feedback=""), "say something about each answer"),
    (lambda d: Module.objects.filter(pk=part(d).pk).update(passing="presence"), "is not passed by them"),
    (lambda d: d.modules.filter(is_refresher=False).delete(), "no part to learn yet"),
])  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_published(team, draft, spoil, sentence):
    spoil(draft)
    with pytest.raises(NotReady, match=sentence):
        actions.publish(curriculum=draft.pk, by=team.coordinator, note="New")
    assert learning.published(team.clinic).version == 1


def test_the_starter_training_could_be_published_as_it_is(team):
    assert curriculum_check.faults(starter_curriculum.start_clinic(team.clinic, team.admin)) == []


# Changing


def test_a_part_changes_with_what_to_look_for(team, draft):
    module = part(draft, "listening")
    actions.change_module(
        module=module.pk, by=team.coordinator, values=fields_of(module, title="Hearing"), rubric="Waits\n\n Asks ",
        was=curriculum_check.mark(module),
    )  # fmt: skip
    module.refresh_from_db()
    assert module.title == "Hearing" and [r.text for r in module.rubric.all()] == ["Waits", "Asks"]


def test_somebody_elses_change_in_between_is_noticed(team, draft):
    module, page = part(draft), part(draft).pages.first()
    was = curriculum_check.mark(page)
    actions.save_page(module=module.pk, by=team.admin, page=page.pk, title="Mine", body="Mine", was=was)
    with pytest.raises(Stale):
        actions.save_page(module=module.pk, by=team.coordinator, page=page.pk, title="Yours", body="Yours", was=was)
    page.refresh_from_db()
    assert page.title == "Mine"


def test_two_parts_have_two_titles(team, draft):
    assert actions.add_module(curriculum=draft.pk, by=team.coordinator, title="New part").position == 5
    with pytest.raises(Invalid) as refusal:
        actions.add_module(curriculum=draft.pk, by=team.coordinator, title="New part")
    assert refusal.value.field == "title"


# The pages


@pytest.fixture
def coordinator(team, sign_in):
    return sign_in(team.coordinator)


def url(name, *args):
    return reverse(f"training:curriculum-{name}", args=args)


def test_the_list_says_which_version_is_in_use_and_how_many_began_under_it(coordinator, team, version):
    world.make_learner(team)
    page = coordinator.get(LIST).content.decode()
    assert "Version 1 is in use" in page and "1 person began under it" in page and "Publish it" not in page
    page = coordinator.post(url("new"), follow=True).content.decode()
    assert "Version 2 is in the making" in page and "Publish it" in page
    assert page.rindex("Version 2") < page.rindex("Version 1")
    order = [module.key for module in coordinator.get(LIST).context["modules"]]
    assert order == ["flags", "story", "listening", "again"]


def test_a_clinic_without_a_version_begins_with_the_starter_parts(coordinator, team):
    assert "There is no version yet" in coordinator.get(LIST).content.decode()
    coordinator.post(url("new"))
    assert list(Curriculum.objects.values_list("version", flat=True)) == [2, 1]


def test_a_version_with_faults_names_them_and_keeps_the_note(coordinator, draft):
    part(draft).questions.all().delete()
    page = coordinator.post(url("publish"), {"note": "Without questions"}).content.decode()
    assert "“Red flags”: it is passed by questions, and has none." in page and "Without questions" in page
    page = coordinator.post(url("publish"), {"note": ""}).content.decode()
    assert "This still needs an answer" in page


def test_a_part_is_saved_and_nonsense_is_refused_with_what_was_typed(coordinator, draft):
    module = part(draft)
    sent = {name: value for name, value in fields_of(module).items() if value is not False}
    sent |= {"was": curriculum_check.mark(module), "rubric": ""}
    page = coordinator.post(url("module", module.ref), sent | {"pass_mark": "200", "title": "Flags!"}).content.decode()
    assert "from 50 to 100 per cent" in page and "Flags!" in page
    page = coordinator.post(url("module", module.ref), sent | {"title": "Flags!"}, follow=True).content.decode()
    assert "Saved." in page and part(draft).title == "Flags!"
    page = coordinator.post(url("module", module.ref), sent | {"title": "Other"}).content.decode()
    assert "Somebody changed this" in page and "Other" in page and part(draft).title == "Flags!"


def test_a_page_is_added_changed_and_taken_out(coordinator, draft):
    module = part(draft)
    sent = {"title": "Fourth", "body": "Words", "was": curriculum_check.mark(None)}
    coordinator.post(url("page", module.ref, 0), sent)
    assert module.pages.count() == 4
    coordinator.post(url("page", module.ref, 4), {"remove": "yes"})
    assert module.pages.count() == 3 and coordinator.get(url("page", module.ref, 4)).status_code == 404


def test_a_question_is_changed_with_its_answers(coordinator, draft):
    module = part(draft)
    question = module.questions.first()
    assert "Q1 unsafe" in coordinator.get(url("question", module.ref, question.ref)).content.decode()
    page = coordinator.post(
        url("question", module.ref, question.ref), question_fields(question, text="")
    ).content.decode()
    assert "This still needs an answer" in page and "Q1 common" in page
    coordinator.post(
        url("question", module.ref, question.ref), question_fields(question, answer_2="", text="What now?")
    )
    question = Question.objects.get(pk=question.pk)
    assert question.text == "What now?" and [o.text for o in question.options.all()] == ["Q1 right", "Q1 unsafe"]


def test_what_is_published_is_shown_and_not_changed_by_a_direct_post(coordinator, version):
    module = part(version)
    assert "stays as it is" in coordinator.get(url("module", module.ref)).content.decode()
    page = coordinator.post(url("module", module.ref), {"remove": "yes"}, follow=True).content.decode()
    assert "stays as it is" in page and version.modules.count() == 4
    question = module.questions.first()
    page = coordinator.post(
        url("question", module.ref, question.ref), question_fields(question, text="New")
    ).content.decode()
    assert "stays as it is" in page and Question.objects.get(pk=question.pk).text == "Q1"


def test_another_clinics_training_is_not_there(sign_in, other_team, version):
    client = sign_in(other_team.coordinator)
    assert client.get(url("module", part(version).ref)).status_code == 404
    assert "There is no version yet" in client.get(LIST).content.decode()
