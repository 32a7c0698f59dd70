"""What is known: answers, runs, values written, shared permits."""
