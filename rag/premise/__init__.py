"""What a question takes for granted: a rule that law contradicts, a year of the wrong calendar, one law for another."""
