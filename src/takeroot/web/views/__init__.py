"""A view finds, asks leave, calls and shows."""
