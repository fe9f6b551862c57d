"""Trains what the lectures trained, and compares the accuracies with those that they print.

results.py    which results the lectures print, and with which recipes they are trained here
data.py       the images: those of the course, or a file that the user names
training.py   one training: a recipe, images and a seed -> a curve and the accuracy on test images
stored.py     the finished trainings as JSON, one file for each result
page.py       the tables of `docs/figures.md`
command.py    `python -m reference_models --reproduce NAME`
"""
