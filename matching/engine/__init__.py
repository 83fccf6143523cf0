"""Who fits whom, in numbers. Pure numpy and OR-tools: knows nothing of Django, importable and testable alone.

>>> from matching.engine import Problem, rank, assign, explain, gaps
"""

from matching.engine.assigning import Assignment, assign
from matching.engine.explaining import Explanation, Explanations, Relaxation, explain
from matching.engine.gapping import Archetype, Gap, gaps
from matching.engine.problem import EngineError, Problem
from matching.engine.ranking import Ranking, rank

__all__ = [
    "Archetype",
    "Assignment",
    "EngineError",
    "Explanation",
    "Explanations",
    "Gap",
    "Problem",
    "Ranking",
    "Relaxation",
    "assign",
    "explain",
    "gaps",
    "rank",
]
