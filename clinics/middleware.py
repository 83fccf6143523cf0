"""Which hat somebody wears: the membership they act under."""

from django.http import HttpRequest, HttpResponse

from clinics.roles import memberships_of, permissions_of

HAT = "hat"  # session key: the pk of the chosen membership


class HatMiddleware:
    """Set request.hat (a Membership or None), request.clinic and request.permissions."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        memberships = memberships_of(request.user)
        chosen = request.session.get(HAT)
        request.hat = next((m for m in memberships if m.pk == chosen), memberships[0] if memberships else None)
        request.clinic = request.hat.clinic if request.hat else None
        request.permissions = permissions_of(request.user)
        return self.get_response(request)
