"""What becomes of each referral: the last step that happened, and how many days ago it did."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fate:
    """`last` is a step of the road (desk/demo/road.py); `days` how long ago it was; `more` what is special."""

    last: str
    days: float
    more: dict = field(default_factory=dict)


def fate(last: str, days: float, **more) -> Fate:
    """Write a fate in one line."""
    return Fate(last, days, more)


# One for each mentee, in the order of desk/demo/people.py.
LEIELAND = (
    fate("introduced", 16, known=True, flag=("death-wish", 0.012), talks="well"),  # Samira, whose flag waits today
    fate("introduced", 5, talks="missed"),  # Jef, whom his mentor could not reach
    fate("asked", 1.6),  # Chantal: her mentor has not answered
    fate("introduced", 4, talks="none", no_mail=True),  # An
    fate("accept", 23),  # Bram waits
    fate("accept", 12),  # Lotte waits
    fate("accept", 41, rare=True),  # Marie-Claire waits longest
    fate("introduced", 12, check="not-comfortable"),  # Youssef
    fate("asked", 0.7, known=True),  # Emma: a request waits for Rita
    fate("submitted", 0.4),
    fate("submitted", 2),
    fate("submitted", 3),
    fate("returned", 1, question="nl"),  # Rosa
    fate("answered", 2, question="nl"),
    fate("deferred", 20),
    fate("declined", 1),
    fate("expired", 3),
    fate("mentor said yes", 0.6),
    fate("mentor said yes", 1.2),
    fate("mentee asked", 3),
    fate("mentee said call", 0.5),
    fate("mentee said yes", 0.5),
    fate("mentee said yes", 1),
    fate("mentee said no", 2),
    fate("introduced", 22, known=True, talks="well"),
    fate("introduced", 25, question_open=1.1),
    fate("introduced", 33),
    fate("introduced", 29, talks="two misses"),
    fate("introduced", 40, question_open=5),
    fate("introduced", 47, flag=("flare", 20)),
    fate("introduced", 58, answer_waits=3.2),
    fate("introduced", 62, silent=True),
    fate("introduced", 75, flag=("joint", 31)),
    fate("introduced", 66, flag=("low-mood", 0.75)),
    fate("introduced", 88),
    fate("paused", 6, after=40),
    fate("introduced", 36, flag=("mentor-conduct", 2.2)),
    fate("ended", 40, after=92, reason="planned"),
    fate("ended", 31, after=88, reason="planned", flag=("suicide-plan", 74)),
    fate("ended", 22, after=90, reason="planned"),
    fate("ended", 12, after=86, reason="planned"),
    fate("ended", 68, after=24, reason="mentee"),
    fate("ended", 50, after=18, reason="fit", rematch=True),
    fate("ended", 27, after=60, reason="out-of-touch"),
    fate("ended", 2.5, after=70, reason="died"),
    fate("withdrawn", 19, after=26),
    fate("closed", 98, reason="wish"),
    fate("closed", 60, reason="other-help"),
    fate("closed", 33, reason="no-mentor", rare=True),
    fate("introduced", 104, flag=("fever", 52)),
    fate("ended", 9, after=84, reason="planned", flag=("out-of-depth", 60)),
    fate("introduced", 52, flag=("money-trouble", 1.4)),
)
SENNE = (
    fate("introduced", 18, talks="well"),
    fate("introduced", 6, talks="none"),
    fate("asked", 1.5),
    fate("accept", 15),
    fate("accept", 30, rare=True),
    fate("submitted", 1),
    fate("submitted", 4),
    fate("returned", 2, question="fr"),
    fate("deferred", 15),
    fate("declined", 2),
    fate("mentor said yes", 1),
    fate("mentee said yes", 1),
    fate("mentee said call", 1),
    fate("introduced", 11, check="not-comfortable"),
    fate("introduced", 28, question_open=0.8),
    fate("introduced", 35, talks="two misses"),
    fate("introduced", 49, flag=("stopping", 0.9)),
    fate("introduced", 57, silent=True),
    fate("introduced", 70, flag=("headache", 35)),
    fate("introduced", 83, answer_waits=4),
    fate("paused", 9, after=30),
    fate("ended", 35, after=85, reason="planned"),
    fate("ended", 18, after=90, reason="planned"),
    fate("ended", 60, after=20, reason="mentor"),
    fate("ended", 29, after=50, reason="fit"),
    fate("withdrawn", 40, after=12),
    fate("closed", 75, reason="wish"),
    fate("closed", 20, reason="moved"),
)
FATES = {"leieland": LEIELAND, "senne": SENNE}
