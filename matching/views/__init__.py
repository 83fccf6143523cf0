"""The pages of this floor, by who reads them."""
