"""What every page needs: who, which hat, which menu, whether the sweeper is late."""


def page(request):
    """Return the context of the page frame."""
    return {}
