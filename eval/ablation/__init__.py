"""What each part of retrieval is worth: the same questions with one part left out, or put in, at a time."""
