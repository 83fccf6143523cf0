"""The demo programme: invented people, and a story told through the real actions."""
