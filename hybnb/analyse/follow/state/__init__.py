"""What is read and changed that outlives a call: names, containers, attributes, and what is stale once a trace is made."""
