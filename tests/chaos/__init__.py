"""Everything is broken on purpose, and counted from outside: `python -m tests.chaos`."""
