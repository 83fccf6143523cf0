"""Who fits whom, in numbers. Pure numpy and OR-tools: knows nothing of Django, importable and testable alone.

>>> from matching.engine import Problem, rank, assign
"""

from matching.engine.assigning import Assignment, assign
from matching.engine.problem import EngineError, Problem
from matching.engine.ranking import Ranking, rank

__all__ = ["Assignment", "EngineError", "Problem", "Ranking", "assign", "rank"]
