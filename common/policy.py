"""Every view declares who may ask it. A test walks the URLconf and fails on one that does not."""

from functools import wraps
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.urls import Resolver404, resolve

from common.errors import Denied


def public(view):
    """Anybody may ask: sign-in pages, health pages, pages that explain."""
    view = login_not_required(view)
    view.policy = "public"
    return view


def signed_in(view):
    """Anybody with an account may ask."""
    view.policy = "signed in"
    return view


def by_link(kind: str):
    """Whoever came by a one-time link of this kind may ask; the view itself checks the session's link."""

    def decorate(view):
        view = login_not_required(view)
        view.policy = f"link: {kind}"
        return view

    return decorate


def needs(*permissions):
    """Whoever holds one of the permissions in some clinic may ask; `visible_to` and rules do the rest.

    The permission check itself is `user.permissions` as set by the clinics floor.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not set(permissions) & request.permissions:
                raise Denied()
            return view(request, *args, **kwargs)

        guarded.needs = frozenset(permissions)
        guarded.policy = "needs: " + " or ".join(sorted(str(p) for p in permissions))
        return guarded

    return decorate


def may_ask(request, address: str) -> bool:
    """Tell whether somebody's permissions let them ask for the page at an address; what it is about may still refuse."""
    try:
        view = resolve(urlsplit(address).path).func
    except Resolver404:
        return False
    needed = getattr(view, "needs", None)
    return needed is None or bool(needed & request.permissions)
