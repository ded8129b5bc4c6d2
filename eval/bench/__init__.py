"""The benchmark: one command that measures Youju on the real data, beside its peers, against the bars it is held to."""
