"""(Exercise, AnswerKey, Record) -> Assessment: pure, fast, as often as you like.

`engine` walks the questions; `kinds` holds one module for each kind of question; the rest is what
they share: reading answers, finding out why one is absent, comparing layer tables.
"""
