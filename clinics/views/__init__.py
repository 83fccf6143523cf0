"""Pages about a clinic."""
