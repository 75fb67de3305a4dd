"""The first floor: the analyses, each a question put to a programme or a table, and a plain frame for an answer."""
