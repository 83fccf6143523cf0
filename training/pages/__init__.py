"""What the pages of this floor show, worked out from rows already fetched."""
