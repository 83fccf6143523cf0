"""The words a format is written with, as the format library spells them, each with what people read (evidence B)."""

from django.utils.translation import gettext_lazy as _

MODES = {
    "one_to_one": _("One to one"), "dyad_bidirectional": _("Two peers, as equals"), "group": _("In a group"),
    "mixed": _("One to one and in a group"),
}  # fmt: skip
MENTEES = {"patient": _("patients"), "caregiver": _("relatives")}
MATCHING = {
    "coordinator": _("A coordinator"), "mentee_choice": _("The mentee chooses"), "self": _("People find each other"),
    "none": _("Nobody: there is no mentor of one’s own"),
}  # fmt: skip
KINDS = {
    "one_to_one": _("Talks, one to one"), "dyad": _("Talks between two equals"), "group": _("A group"),
    "course": _("A course"), "forum_event": _("A meeting for many"),
}  # fmt: skip
CHANNELS = {
    "f2f": _("in person"), "tel": _("by phone"), "video": _("by video"), "message": _("by messages"),
    "email": _("by e-mail"), "forum": _("on a forum"), "ivr": _("by an automatic phone line"),
    "any": _("in any way they like"),
}  # fmt: skip
LEADERS = {
    "mentor": _("the mentor"), "peer": _("a peer"), "peer_pair": _("two peers"), "mentor_panel": _("several mentors"),
    "caregiver_peer": _("a relative who has been through it"), "professional": _("a professional"),
    "none": _("nobody"),
}  # fmt: skip
ROLES = {
    "supporter": _("Support"), "educator": _("Teach"), "facilitator": _("Lead a conversation"),
    "reciprocal": _("Support each other"),
}  # fmt: skip
UNITS = {"person": _("one person"), "couple": _("two who belong together")}
MODERATORS = {"professional": _("A professional"), "peer": _("A peer"), "none": _("Nobody")}
RULES = {"fixed": _("On one day"), "recurring": _("Again and again"), "on_demand": _("When they like")}
ANCHORS = {
    "introduction": _("the day they meet"), "discharge": _("going home from hospital"), "diagnosis": _("the diagnosis"),
    "phase_event": _("a change in the disease"),
}  # fmt: skip
ACTORS = {"coordinator": _("the coordinator"), "mentor": _("the mentor"), "mentee": _("the mentee")}
CHOOSE_AFTER = "choose_after_component_"
