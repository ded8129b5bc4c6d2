"""Articles found by their words, put in order by what a learned model makes of each beside the question."""
