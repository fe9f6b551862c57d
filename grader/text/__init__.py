"""Messages in the language of the reader, and how values, numbers and lists are written in them.

The lowest floor: it imports nothing of ours but the errors.
"""
