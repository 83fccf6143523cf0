"""Real processes of this machine, killed and hung on purpose."""
