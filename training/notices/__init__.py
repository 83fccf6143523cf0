"""The messages of this floor: the reader's first name and a link, and nothing about anybody."""
