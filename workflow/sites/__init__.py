"""A folder of pages about all cases that one reader may know of, with the rules and the offices."""
