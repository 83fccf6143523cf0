"""Refer someone: the offer first, then the form that keeps itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics import access_log
from clinics.models import Clinic
from clinics.roles import Perm, clinics_where, memberships_of
from common import clock, words
from common.errors import Denied, Refused, WrongState
from common.models import new_ref
from common.policy import needs
from referrals import actions, duplicates, meanwhile
from referrals.actions.consent import current_texts
from referrals.forms.refer import BEGAN, CARRIED, OF_NEW_PEOPLE, LaterForm, ReferForm, is_many
from referrals.models import Offer, Person, Referral
from referrals.views.sofar import so_far
from referrals.workflow import Status

KEPT = (*ReferForm.base_fields, *CARRIED)
FOUND_AT_MOST = 8
LONGEST_SEARCH = 200
TAKEN_OVER = meanwhile.FIELDS


@dataclass
class Paper:
    """The form as it lies on the table: what was typed, under which ref, in which clinic."""

    clinic: Clinic
    key: str
    typed: dict[str, list[str]] = field(default_factory=dict)
    version: str = ""
    other: dict[str, list] = field(default_factory=dict)
    saved_at: object = None

    def one(self, name: str) -> str:
        """Return the last answer to a question, or nothing."""
        return (self.typed.get(name) or [""])[-1]

    def initial(self) -> dict:
        """Return the answers as an unbound form shows them, right or wrong."""
        return {name: values if is_many(name) else (values or [""])[-1] for name, values in self.typed.items()}

    @property
    def began(self) -> dict[str, str]:
        """Return what was known of the chosen person when they were chosen, by field."""
        return {name: self.one(f"began_{name}") for name in TAKEN_OVER if f"began_{name}" in self.typed}

    @property
    def url(self) -> str:
        return reverse("referrals:draft", args=[self.key]) if self.version else reverse("referrals:new")


def home_clinic(request: HttpRequest) -> Clinic:
    """Return the clinic somebody refers for: that of the hat, else the first in which they may."""
    where = clinics_where(request.user, Perm.REFER)
    if request.clinic and request.clinic.pk in where:
        return request.clinic
    return next(m.clinic for m in memberships_of(request.user) if m.clinic_id in where)


@needs(Perm.REFER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Show the offer, and after a yes the empty form. Only a POST stores anything."""
    if request.method == "POST":
        return answer_to(request, paper_sent(request, request.POST.get("draft", "")))
    paper = Paper(home_clinic(request), new_ref())
    for name, given in (("person", "person"), ("earlier", "offer")):
        if duplicates.is_ref(request.GET.get(given)):
            paper.typed[name] = [request.GET[given]]
    if request.GET.get("answer") == "yes":
        paper.typed["offer"] = ["yes"]
        take_over(request, paper)
        return show(request, paper)
    return show_offer(request, paper, LaterForm() if request.GET.get("answer") == "later" else None)


@needs(Perm.REFER)
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, ref: str) -> HttpResponse:
    """Go on with a draft, with everything that was typed."""
    if request.method == "POST":
        return answer_to(request, paper_sent(request, ref))
    row = get_object_or_404(Referral.objects.visible_to(request.user).select_related("clinic"), ref=ref)
    if row.status != Status.DRAFT:
        return redirect("referrals:detail", ref=ref)
    paper = paper_of(row)
    tell_newer(request, catch_up(request, paper))
    return show(request, paper)


def paper_of(row: Referral) -> Paper:
    """Return the form as a draft keeps it."""
    typed, other = row.draft.get("typed", {}), row.draft.get("other", {})
    return Paper(row.clinic, row.ref, dict(typed), str(row.version), other, row.changed_at)


def paper_sent(request: HttpRequest, key: str) -> Paper:
    """Return the form as it was sent; of fields nobody asked for nothing is kept."""
    key = key if duplicates.is_ref(key) else new_ref()
    row = Referral.objects.visible_to(request.user).select_related("clinic").filter(ref=key).first()
    typed = {name: request.POST.getlist(name) for name in KEPT if name in request.POST}
    paper = Paper(row.clinic if row else home_clinic(request), key, typed, request.POST.get("version", ""))
    if row and row.status == Status.DRAFT:
        paper.other = row.draft.get("other", {})
        hidden = row.draft.get("typed", {})  # a name typed before somebody known was chosen comes back after all
        paper.typed = {n: hidden[n] for n in OF_NEW_PEOPLE if n in hidden and n not in request.POST} | typed
    return paper


def answer_to(request: HttpRequest, paper: Paper) -> HttpResponse:
    """Do what the pressed button says; without one, send."""
    verb, _colon, ref = request.POST.get("do", "send").partition(":")
    try:
        return BUTTONS.get(verb, send)(request, paper, ref)
    except Denied as refusal:
        raise Http404 from refusal  # a form of somebody else: as if it were not there
    except WrongState as refusal:
        return moved_on(request, paper, refusal)
    except Refused as refusal:
        form = ReferForm(request.POST, clinic=paper.clinic, known=person_of(request, paper, "person"))
        form.refuse(refusal)
        return show(request, paper, form)


def moved_on(request: HttpRequest, paper: Paper, refusal: Refused) -> HttpResponse:
    """Say why an old copy of a form leads nowhere, and lead to what became of it."""
    if request.POST.get("do") == "autosave":
        return JsonResponse({"problem": str(refusal)}, status=409)
    messages.warning(request, str(refusal))
    sent = Referral.objects.visible_to(request.user).filter(ref=paper.key).exclude(status=Status.DRAFT).exists()
    return redirect("referrals:detail", ref=paper.key) if sent else redirect("referrals:mine")


def save(request: HttpRequest, paper: Paper) -> Referral:
    """Keep the form as it is now, and remember under which version."""
    number = paper.version.isascii() and paper.version.isdigit() and len(paper.version) < 9
    version = int(paper.version) if number else None
    row = actions.save_draft(
        by=request.user, clinic=paper.clinic.pk, typed=paper.typed, draft=paper.key, version=version
    )
    paper.key, paper.version, paper.other = row.ref, str(row.version), row.draft.get("other", {})
    paper.saved_at = row.changed_at
    return row


# What the buttons do ----------------------------------------------------------------------


def say_no(request: HttpRequest, paper: Paper, _ref: str = "") -> HttpResponse:
    """Keep the answer, forget the form."""
    actions.make_offer(
        by=request.user, clinic=paper.clinic.pk, answer="no", person=paper.one("person"), draft=paper.key,
        earlier=paper.one("earlier"),
    )  # fmt: skip
    messages.success(request, _("Noted: no, thank you. Nothing else is kept, and their care stays the same."))
    return redirect("referrals:mine")


def say_later(request: HttpRequest, paper: Paper, ref: str = "") -> HttpResponse:
    """Keep the day to ask again, forget the form."""
    known = person_of(request, paper, "person")
    form = LaterForm(request.POST, known=known)
    if form.is_valid():
        try:
            actions.make_offer(
                by=request.user, clinic=paper.clinic.pk, answer="later", person=paper.one("person"), draft=paper.key,
                ask_again_on=form.cleaned_data["ask_again_on"], earlier=paper.one("earlier"),
                label=form.cleaned_data.get("label") or name_typed(paper),
            )  # fmt: skip
        except (Denied, WrongState):
            raise
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Noted: later. They come back in My referrals on the day you chose."))
            return redirect("referrals:mine")
    if ref == "first":
        return show_offer(request, paper, form)
    whole = ReferForm(request.POST, clinic=paper.clinic, known=known)
    whole._errors = forms_errors(form, whole)
    return show(request, paper, whole)


def forms_errors(form, whole):
    """Let the whole form show the mistakes of the offer only: the rest no longer counts."""
    whole._errors, whole.cleaned_data = type(form.errors)(), {}
    for name, sentences in form.errors.items():
        whole.add_error(name if name in whole.fields else None, list(sentences))
    return whole._errors


def name_typed(paper: Paper) -> str:
    """Return the name in the form, short enough for a label."""
    return f"{paper.one('first_name')} {paper.one('last_name')}".replace("\x00", "").strip()[:80]


def autosave(request: HttpRequest, paper: Paper, _ref: str = "") -> HttpResponse:
    """Keep the form and tell the page: the words, the version, what stands in it so far."""
    was = paper.version
    try:
        row = save(request, paper)
    except (Denied, WrongState):
        raise
    except Refused as refusal:
        return JsonResponse({"problem": str(refusal)}, status=refusal.status)
    form = ReferForm(initial=paper.initial(), clinic=paper.clinic, known=person_of(request, paper, "person"))
    twice = was.isascii() and was.isdigit() and row.version > int(was) + 1
    elsewhere = _("This form is open in another tab too. Nothing is lost: reload to see both.") if twice else ""
    return JsonResponse(
        {
            "draft": row.ref, "version": row.version, "url": paper.url, "saved": saved_words(paper),
            "elsewhere": elsewhere,
            "sofar": render_to_string("referrals/_so_far.html", {"so_far": so_far(form)}),
        }
    )  # fmt: skip


def keep(request: HttpRequest, paper: Paper, _ref: str = "") -> HttpResponse:
    """Save and finish later."""
    save(request, paper)
    messages.success(request, _("Your draft is saved. It stays in My referrals for 14 days."))
    return redirect("referrals:mine")


def find(request: HttpRequest, paper: Paper, which: str = "") -> HttpResponse:
    """Look somebody up by name while typing, or by the Search button."""
    field = "about" if which == "about" else "person"
    people = found(request, paper, request.POST.get(f"find_{field}", ""), patients=field == "about")
    if request.htmx:
        access_log.record(request, "person-search", people)
        return render(request, "referrals/_found.html", {"people": people, "verb": verb_of(field), "searched": True})
    save(request, paper)  # without script nothing else keeps what was typed
    return show(request, paper, found_as={field: people})


def verb_of(field: str) -> str:
    """Return what the button beside somebody found does."""
    return "name" if field == "about" else "use"


def found(request: HttpRequest, paper: Paper, text: str, *, patients: bool = False) -> list[Person]:
    """Return people of this clinic whose names begin like the words typed."""
    parts = text[:LONGEST_SEARCH].replace("\x00", "").split()[:3]
    if sum(map(len, parts)) < 2:
        return []
    rows = Person.objects.visible_to(request.user).filter(clinic=paper.clinic)
    if patients:
        rows = rows.filter(patient__isnull=False)
    return list(rows.named_like(parts)[:FOUND_AT_MOST])


def check(request: HttpRequest, paper: Paper, _ref: str = "") -> HttpResponse:
    """Show in place whom this may be, after the year of birth."""
    people = lookalikes(paper)
    access_log.record(request, "possible-duplicate", people)
    return render(request, "referrals/_lookalikes.html", {"lookalikes": people})


def lookalikes(paper: Paper) -> list[Person]:
    """Return whom the person typed may be; nobody once somebody known was chosen."""
    year = paper.one("birth_year").strip()
    if paper.one("person") or not (year.isascii() and year.isdigit() and len(year) == 4):
        return []
    return duplicates.possible(
        clinic=paper.clinic.pk, first_name=paper.one("first_name"), last_name=paper.one("last_name"),
        birth_year=int(year), phone=paper.one("phone"), email=paper.one("email").strip(),
        but=paper.typed.get("not_same", []),
    )  # fmt: skip


def choose(name: str):
    """Return a button's function that puts a known person into the form, or takes them out again."""

    def do(request: HttpRequest, paper: Paper, ref: str = "") -> HttpResponse:
        before = person_of(request, paper, name)
        paper.typed[name] = [ref] if duplicates.is_ref(ref) else [""]
        if name == "person":
            give_back(paper, before)
            take_over(request, paper)
        save(request, paper)
        return redirect(f"{paper.url}#{'who' if name == 'person' else 'about-whom'}")

    return do


def unlike(request: HttpRequest, paper: Paper, ref: str = "") -> HttpResponse:
    """Remember that it is someone else."""
    if duplicates.is_ref(ref):
        paper.typed["not_same"] = list(dict.fromkeys([*paper.typed.get("not_same", []), ref]))
    save(request, paper)
    return redirect(f"{paper.url}#who")


def take_over(request: HttpRequest, paper: Paper) -> None:
    """Fill in what is known about the chosen person, where nothing was typed."""
    known = person_of(request, paper, "person")
    for name in BEGAN:
        paper.typed.pop(name, None)
    if known is None:
        paper.typed.pop("person", None)
        return
    for name in TAKEN_OVER:
        value = meanwhile.known_as(known, name)
        paper.typed[f"began_{name}"] = [value]
        if value and not paper.one(name):
            paper.typed[name] = [value]


def catch_up(request: HttpRequest, paper: Paper) -> list[str]:
    """Show what somebody else corrected about the known person since the draft; return the fields."""
    known, changed = person_of(request, paper, "person"), []
    for name, began in paper.began.items() if known else ():
        typed, now = paper.one(name), meanwhile.known_as(known, name)
        if meanwhile.is_newer(name, began=began, typed=typed, now=now, read_back=bool(paper.one(f"{name}_read_back"))):
            changed += [name] if typed != now else []
            paper.typed |= {name: [now], f"began_{name}": [now]}
    return changed


def tell_newer(request: HttpRequest, names: list[str]) -> None:
    """Say which answers somebody else changed; what they say now stands on the page, not in the message."""
    labels = words.listed(str(ReferForm.base_fields[name].label) for name in names)
    if labels:
        words_newer = _("Somebody changed this since you began, and the newer answer is kept: %(fields)s.")
        messages.warning(request, words_newer % {"fields": labels})


def give_back(paper: Paper, known: Person | None) -> None:
    """Take out what was taken over from somebody it is not: nobody gets the address of somebody else."""
    for name in TAKEN_OVER if known else ():
        value, typed = getattr(known, name), paper.one(name)
        if value and (typed == str(value) or (name == "phone" and duplicates.number_of(typed) == value)):
            paper.typed[name] = [""]
            paper.typed.pop(f"{name}_read_back", None)


def person_of(request: HttpRequest, paper: Paper, name: str) -> Person | None:
    """Return the person of this clinic the form carries along, if there is one."""
    ref = paper.one(name)
    if not duplicates.is_ref(ref):
        return None
    return Person.objects.visible_to(request.user).filter(clinic=paper.clinic, ref=ref).first()


def send(request: HttpRequest, paper: Paper, _ref: str = "") -> HttpResponse:
    """Send the referral; with mistakes, keep the draft and show them with every answer."""
    if paper.one("offer") == Offer.Answer.NO:
        return say_no(request, paper)
    if paper.one("offer") == Offer.Answer.LATER:
        return say_later(request, paper)
    form = ReferForm(request.POST, clinic=paper.clinic, known=person_of(request, paper, "person"))
    if form.is_valid():
        try:
            referral = actions.submit(
                by=request.user, clinic=paper.clinic.pk, draft=paper.key, earlier=paper.one("earlier"),
                data=form.answers(not_same=paper.typed.get("not_same", []), texts=texts_shown(request), began=paper.began),
            )  # fmt: skip
        except (Denied, WrongState):
            raise
        except Refused as refusal:
            form.refuse(refusal)
            if isinstance(refusal, meanwhile.ChangedMeanwhile):  # asked once; the next answer counts
                paper.typed[f"began_{refusal.field}"] = [refusal.now]
        else:
            words_sent = _("The referral is sent. The coordinators read it first; you see here what comes of it.")
            messages.success(request, words_sent)
            tell_newer(request, not_taken(form, paper, referral.mentee))
            return redirect("referrals:detail", ref=referral.ref)
    try:
        save(request, paper)
    except (Denied, WrongState):
        raise
    except Refused as refusal:
        form.refuse(refusal)
    return show(request, paper, form)


def not_taken(form: ReferForm, paper: Paper, mentee: Person) -> list[str]:
    """Return the fields in which the person now says something else than the form that was sent."""
    sent = {name: str(form.cleaned_data.get(name) or "") for name in paper.began}
    return [n for n, value in sent.items() if value and not meanwhile.same(n, value, meanwhile.known_as(mentee, n))]


def texts_shown(request: HttpRequest) -> list[int]:
    """Return the pks of the consent words on the page, as far as they are numbers."""
    sent = request.POST.getlist("texts")[:200]
    return [int(pk) for pk in sent if pk.isascii() and pk.isdigit() and len(pk) < 16]


BUTTONS = {
    "send": send, "no": say_no, "later": say_later, "keep": keep, "autosave": autosave, "find": find, "check": check,
    "use": choose("person"), "name": choose("about"), "unlike": unlike,
}  # fmt: skip


# The pages --------------------------------------------------------------------------------


def show_offer(request: HttpRequest, paper: Paper, form: LaterForm | None) -> HttpResponse:
    """Show the first question: yes, later or no, each as easy as the others."""
    known = person_of(request, paper, "person")
    earlier = earlier_offer(request, paper)
    known = known or (earlier.person if earlier else None)
    if form and not form.is_bound:
        form = LaterForm(known=known, initial={"label": earlier.label if earlier else ""})
    if known:
        paper.typed["person"] = [known.ref]
        access_log.record(request, "offer", [known])
    context = {"paper": paper, "form": form, "known": known, "earlier": earlier}
    return render(request, "referrals/offer.html", context)


def earlier_offer(request: HttpRequest, paper: Paper) -> Offer | None:
    """Return the offer that is made again, if the form carries one."""
    ref = paper.one("earlier")
    rows = Offer.objects.visible_to(request.user).select_related("person").filter(clinic=paper.clinic, ref=ref)
    return rows.first() if duplicates.is_ref(ref) else None


def show(request: HttpRequest, paper: Paper, form: ReferForm | None = None, *, found_as=None) -> HttpResponse:
    """Show the form with everything typed, and who it may be."""
    known, about = person_of(request, paper, "person"), person_of(request, paper, "about")
    alike = lookalikes(paper)
    form = form or ReferForm(initial=paper.initial(), clinic=paper.clinic, known=known)
    found_as = found_as or {}
    seen = [p for p in (known, about) if p] + alike + [p for people in found_as.values() for p in people]
    access_log.record(request, "referral-form", seen)
    context = {
        "paper": paper, "form": form, "known": known, "about_person": about, "lookalikes": alike,
        "not_same": [ref for ref in paper.typed.get("not_same", []) if duplicates.is_ref(ref)],
        "found_person": found_as.get("person"), "found_about": found_as.get("about"),
        "find_person": request.POST.get("find_person", ""), "find_about": request.POST.get("find_about", ""),
        "texts": current_texts(paper.clinic), "so_far": so_far(form), "saved": saved_words(paper),
        "elsewhere": elsewhere(paper, form), "earlier": paper.one("earlier"), "began": paper.began,
    }  # fmt: skip
    return render(request, "referrals/refer.html", context)


def elsewhere(paper: Paper, form: ReferForm) -> list[tuple[str, list[str]]]:
    """Return (question, other answers) where the form was open twice and the answers differ."""
    rows = []
    for name, versions in paper.other.items():
        label = form.fields[name].label if name in form.fields else ""
        told = [", ".join(v for v in values if v) for values in versions if values != paper.typed.get(name)]
        if label and any(told):
            rows.append((label, [t for t in told if t]))
    return rows


def saved_words(paper: Paper) -> str:
    """Return "Draft saved at 12:11. You can close this page." in the clinic's time, or nothing."""
    if not paper.saved_at:
        return ""
    there = words.local(paper.saved_at, paper.clinic.time_zone)
    today = clock.today(paper.clinic.time_zone)
    long = words.recently(paper.saved_at, paper.clinic.time_zone, now=clock.now())
    when = f"{there:%H:%M}" if there.date() == today else long
    return _("Draft saved at %(time)s. You can close this page.") % {"time": when}
