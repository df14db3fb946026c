"""Letters: the e-mails that a request takes: a code, a warning to officers, the answer."""
