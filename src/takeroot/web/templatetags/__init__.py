"""What templates ask of the pages."""
