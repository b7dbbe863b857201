"""Letters on paper: what one reader may see of a case, written to somebody."""
