"""Who fits whom, in numbers. Pure numpy: knows nothing of Django, importable and testable alone.

>>> from matching.engine import Problem, rank
"""

from matching.engine.problem import EngineError, Problem
from matching.engine.ranking import Ranking, rank

__all__ = ["EngineError", "Problem", "Ranking", "rank"]
