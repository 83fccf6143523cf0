"""Backups of the whole database, and the drill that proves that one can be restored."""
