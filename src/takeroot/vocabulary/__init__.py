"""The ground floor: the words of the house, each said once."""
