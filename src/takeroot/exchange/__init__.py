"""Other people's formats: what a team already keeps, read into the tables."""
