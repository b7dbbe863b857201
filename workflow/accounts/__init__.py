"""The yearly account in words: what was published, as text, as a page, on paper, in columns."""
