"""The reviewed table: who gets what at every address. An address that is not here fails the test.

A row says what an address is about (`kind`, built in tests/access/world.py), and who may read (`get`) and send
(`post`). Each is a line of words: a role alone may, always; `role:own/other/foreign` gives one outcome for an
object of theirs, of somebody else of their clinic, and of another clinic. Outcomes are `ok` (which includes a
form with mistakes in it and a polite refusal because of the state), `login`, `403`, `404` and `405`.
Who is not named gets 403, or the sign-in page when nobody is signed in. `nobody` is somebody without any
role. `link` came by the one-time link in `by`; everybody else then gets `gone`. PUT, DELETE and the like get 405,
whoever asks.
"""

from __future__ import annotations

from tests.access.row import (
    EVERYBODY,
    ONLY_OWN_WORRY,
    OWN_PAIR,
    PROGRAMME,
    SIGNED_IN,
    Row,
    always,
    seen_by,
)
from tests.access.rows import EVERY_PART

TABLE: dict[str, Row] = {
    # Ways in
    "home": Row(get=SIGNED_IN),
    "common:gallery": Row(get=always("404", EVERYBODY), post=always("404", EVERYBODY)),  # only where debug is on
    "account_login": Row(get=EVERYBODY, post=EVERYBODY),
    "account_logout": Row(get=None, post=always("login", EVERYBODY)),
    "account_reset_password": Row(get=EVERYBODY, post=EVERYBODY),
    "account_reset_password_done": Row(get=EVERYBODY),
    "account_change_password": Row(get=SIGNED_IN, post=SIGNED_IN),
    "accounts:account": Row(get=SIGNED_IN, post=SIGNED_IN),
    "accounts:language": Row(post=EVERYBODY, get=None),
    "accounts:link": Row(kind="link", get=always("404", EVERYBODY)),  # a link nobody made
    "accounts:choose-password": Row(get="link", post="link", by="account.invite"),
    "clinics:hat": Row(get=None, post=always("404", SIGNED_IN)),  # no such hat
    # The desk
    "desk:today": Row(get="coordinator"),
    "desk:search": Row(get="nurse coordinator"),
    # The clinic's admin
    "clinics:people": Row(get="admin", post="admin"),
    "clinics:person": Row(kind="colleague", get=seen_by("admin"), post=seen_by("admin")),
    "clinics:close-account": Row(kind="colleague", get=None, post=seen_by("admin")),
    "clinics:open-account": Row(kind="colleague", get=None, post=seen_by("admin")),
    "clinics:invite-again": Row(kind="invited", get=None, post=seen_by("admin")),
    "clinics:invite-back": Row(kind="invited", get=None, post=seen_by("admin")),
    "clinics:settings": Row(get="admin"),
    "clinics:basics": Row(get="admin", post="admin"),
    "clinics:hours": Row(get="admin", post="admin"),
    "clinics:numbers": Row(get="admin", post="admin"),
    "clinics:access-log": Row(get="admin"),
    "referrals:consent-texts": Row(get="admin", post="admin"),
    "mentorship:check-days": Row(get="admin", post="admin"),
    "mentorship:deadline-settings": Row(get="admin", post="admin"),
    "mentorship:ladder-settings": Row(get="admin", post="admin"),
    "mentorship:worry-settings": Row(get="admin"),
    "mentorship:worry-setting": Row(kind="category", get=seen_by("admin"), post=seen_by("admin")),
    # Messages
    "messaging:live": Row(get=EVERYBODY),
    "messaging:ready": Row(get=EVERYBODY),
    "messaging:metrics": Row(get=always("404", EVERYBODY)),  # only with the token, which no account has
    "messaging:sms-reports": Row(get=None, post=always("404", EVERYBODY)),  # only where a provider is set up
    "messaging:mail-reports": Row(get=None, post=always("404", EVERYBODY)),
    "messaging:outbox": Row(get="admin"),
    "messaging:undelivered": Row(get="coordinator admin"),
    "messaging:mails": Row(get="admin"),
    "messaging:mail": Row(kind="mail", get=seen_by("admin")),
    "messaging:message": Row(kind="message", get=seen_by("coordinator", "admin")),
    "messaging:again": Row(kind="message", get=None, post=seen_by("coordinator", "admin")),
    "messaging:settle": Row(kind="message", get=None, post=seen_by("coordinator", "admin")),
    # Referrals
    "referrals:mine": Row(get="nurse"),
    "referrals:about": Row(get=SIGNED_IN),
    "referrals:new": Row(get="nurse", post="nurse"),
    "referrals:draft": Row(kind="draft", get=seen_by("nurse", other="404"), post=seen_by("nurse", other="404")),
    "referrals:detail": Row(
        kind="referral",
        get=seen_by("nurse", "coordinator") + " " + seen_by("clinician", other="404"),
        post=seen_by("nurse", "coordinator") + " " + seen_by("clinician", other="404"),  # the step itself is refused
    ),
    # Mentors
    "training:mentors": Row(get="coordinator clinician"),
    "training:new": Row(get="coordinator", post="coordinator"),
    "training:mentor": Row(kind="mentor", get=PROGRAMME + " " + seen_by("clinician", other="404")),
    "training:edit": Row(kind="mentor", get=PROGRAMME, post=PROGRAMME),
    "training:step": Row(kind="step", get=PROGRAMME, post=PROGRAMME),
    "training:rest": Row(get="mentor", post="mentor"),
    "training:share": Row(get="mentor", post="mentor"),
    "training:back": Row(get=None, post="mentor"),
    # Matches
    "matching:waiting": Row(get="coordinator", post="coordinator"),
    "matching:work-out": Row(get=None, post="coordinator"),
    "matching:progress": Row(get="coordinator"),
    "matching:take-pair-back": Row(kind="pair-decided", get=None, post=PROGRAMME),
    "matching:gaps": Row(get="coordinator"),
    "matching:find": Row(kind="waiting", get=PROGRAMME, post=PROGRAMME),
    "matching:match": Row(kind="pair", get=PROGRAMME),
    "matching:step": Row(kind="match-step", get=None, post=PROGRAMME),
    "matching:record": Row(kind="accepted", get=None, post=PROGRAMME),
    "matching:cancel": Row(kind="accepted", get=None, post=PROGRAMME),
    "matching:request": Row(kind="request", get=seen_by("mentor", other="404"), post=seen_by("mentor", other="404")),
    "matching:decline": Row(kind="request", get=None, post=seen_by("mentor", other="404")),
    "matching:weights": Row(get="coordinator admin", post="coordinator admin"),
    "matching:overrides": Row(get="coordinator admin"),
    "matching:offer-choice": Row(kind="waiting", get=None, post=PROGRAMME),
    "matching:choice-heard": Row(kind="choice", get=None, post=PROGRAMME),
    "matching:choice-take-back": Row(kind="choice", get=None, post=PROGRAMME),
    "matching:choose": Row(get="link", post="link", by="mentee.choose"),
    "matching:mentee": Row(get="link", post="link", by="mentee.ask"),
    # Pairs
    "mentorship:home": Row(get="mentor"),
    "mentorship:log": Row(get="mentor coordinator", post="mentor coordinator"),
    "mentorship:log-with": Row(kind="pair", get=OWN_PAIR, post=OWN_PAIR),
    "mentorship:plan": Row(kind="pair", get=OWN_PAIR, post=OWN_PAIR),
    "mentorship:move": Row(kind="contact", get=OWN_PAIR, post=OWN_PAIR),
    "mentorship:correct": Row(
        kind="contact", get=OWN_PAIR, post=OWN_PAIR
    ),  # here it is not noted yet, as both are told
    "mentorship:ask": Row(get="mentor", post="mentor"),
    "mentorship:ask-about": Row(kind="pair", get=seen_by("mentor", other="404"), post=seen_by("mentor", other="404")),
    "mentorship:pairs": Row(get="coordinator"),
    "mentorship:pair": Row(kind="pair", get=PROGRAMME),
    "mentorship:closing": Row(kind="pair", get=None, post=PROGRAMME),
    "mentorship:pause": Row(kind="pair", get=PROGRAMME, post=PROGRAMME),
    "mentorship:resume": Row(kind="pair", get=None, post=PROGRAMME),
    "mentorship:end": Row(kind="pair", get=PROGRAMME, post=PROGRAMME),
    "mentorship:aftercare-list": Row(get="coordinator clinician"),
    "mentorship:aftercare": Row(kind="aftercare", get=None, post=PROGRAMME + " " + seen_by("clinician", other="404")),
    "mentorship:check": Row(kind="check", get=OWN_PAIR, post=OWN_PAIR),
    "mentorship:check-link": Row(get="link", post="link", by="check.answer"),
    # Questions and worries
    "mentorship:questions": Row(get="clinician coordinator"),
    "mentorship:question": Row(
        kind="question",
        get=PROGRAMME + " " + seen_by("clinician", other="404"),
        post=PROGRAMME + " " + seen_by("clinician", other="404"),
    ),
    "mentorship:answer-link": Row(get="link", post="link", by="question.answer", gone="410"),
    "mentorship:worry": Row(get="mentor", post="mentor"),
    "mentorship:worry-myself": Row(get="mentor", post="mentor"),
    "mentorship:worry-about": Row(kind="pair", get=seen_by("mentor", other="404"), post=seen_by("mentor", other="404")),
    "mentorship:worry-referral": Row(
        kind="referral",
        get=seen_by("nurse", "coordinator") + " " + seen_by("clinician", other="404"),
        post=seen_by("nurse", "coordinator") + " " + seen_by("clinician", other="404"),
    ),
    "mentorship:worry-sent": Row(kind="flag", get=ONLY_OWN_WORRY, post=ONLY_OWN_WORRY),
    "mentorship:worry-link": Row(get="link", post="link", by="check.answer", gone="410"),
    "mentorship:worry-link-sent": Row(kind="flag", get="", post="", by="check.answer", gone="410"),  # no flag of theirs
    "mentorship:flags": Row(get="coordinator clinician admin"),
    "mentorship:flag": Row(
        kind="flag",
        get=seen_by("coordinator", "admin") + " " + seen_by("clinician", other="404"),
        post=seen_by("coordinator", "admin") + " " + seen_by("clinician", other="404"),
    ),
    "mentorship:escalations": Row(get="admin"),
}
for part in EVERY_PART:
    TABLE |= part.ROWS
