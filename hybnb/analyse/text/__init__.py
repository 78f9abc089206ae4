"""What the text alone tells: its trees, the places where names and what they hold change, what is put back."""
