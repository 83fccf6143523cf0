"""What the machine can do: each step, and when it may succeed."""

STEPS = {}


def step(*statuses, of="match", least=0, weight=3):
    """Make a method a step; it may succeed while more than `least` matches (or flags, ...) have one of these statuses.

    What ends much has less weight, or soon nothing would be left that could happen; what is seldom possible has more.
    """

    def add(method):
        STEPS[method.__name__] = (method, statuses, of, least, weight)
        return method

    return add
