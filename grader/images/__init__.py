"""Images -> the data of an exercise: reading, checking, finding duplicates, splitting and writing them."""
