"""What is asked on the pages of this floor, by the part of a mentor's life it belongs to."""
