"""What trains the models that ship with Youju; needs the extra ``train``, which answering a question does not."""
