"""A whole programme played through the real actions on a moving clock, and what had to come of it counted beside what came."""
