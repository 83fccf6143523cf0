"""What each part of this floor tells the house about itself when it starts."""
