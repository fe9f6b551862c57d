"""Real images -> the data of an exercise: reading, checking, finding duplicates, splitting, writing."""
