"""One quiet line for whoever is to look after somebody after a death. It names nobody."""

from django import template

from mentorship.models import Aftercare

register = template.Library()


@register.inclusion_tag("mentorship/_aftercare_line.html", takes_context=True)
def aftercare_line(context) -> dict:
    """Say how many mentors wait for the reader, or nothing."""
    user = context["request"].user
    return {"waiting": Aftercare.objects.visible_to(user).open().filter(user=user).count()}
