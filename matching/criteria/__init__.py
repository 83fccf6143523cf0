"""What is compared between a mentee and a mentor: each criterion declared once, with its sentences."""

from matching.criteria.hard import CONFLICT, FREE, HARD, RELAXABLE, Hard, failed_matrix
from matching.criteria.people import Brings, Everybody, Needs, worked_out
from matching.criteria.soft import SOFT, Soft, column_criteria, label_of, mentee_matrix, mentor_matrix, weights_of

__all__ = [
    "CONFLICT", "FREE", "HARD", "RELAXABLE", "SOFT", "Brings", "Everybody", "Hard", "Needs", "Soft", "column_criteria", "failed_matrix", "label_of",
    "mentee_matrix", "mentor_matrix", "weights_of", "worked_out",
]  # fmt: skip
