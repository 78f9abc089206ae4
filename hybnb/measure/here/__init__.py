"""Trials in the user's own kernel: graphs on copies of the variables, everything else put back bit for bit."""
