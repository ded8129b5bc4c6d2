"""A chat model as a judge of support, for what no check decides; its word counts as far as people agree with it."""
