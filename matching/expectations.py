"""What to expect of each other: read by both before they are introduced (VdE21 #5, Joo22 #40)."""

from django.utils.translation import gettext_lazy as _

FOR_MENTOR = (
    _("You listen and share your own story. You do not give advice about treatment."),
    _("Medicines, doses, results and diagnosis are for the care team: you help to ask the question."),
    _("What you hear stays between you, unless somebody is in danger. Then you raise a flag."),
    _("You take the first step within a few days, and keep to what you agree together."),
    _("You may rest, stop, or ask for help at any time. Nobody minds."),
)
FOR_MENTEE = (
    _("A mentor lives with it too, or cares for somebody who does. They listen and share their own story."),
    _("A mentor is no doctor or nurse: questions about medicines and results go to your care team."),
    _("What you say stays between you, unless somebody is in danger."),
    _("You decide what you talk about, how often, and for how long."),
    _("You can stop or ask for someone else at any time. You need not say why. Your care stays the same."),
)
