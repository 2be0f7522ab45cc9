"""What a script needs to run, draw and save; no mathematics.

==============  ===========================================================
module          what is in it
==============  ===========================================================
flags           Flag: a number or a choice of an experiment, shared flags
script          make_main: flags, experiment, figure, results, in this order
digits          the digits that --data names
training        networks trained as the flags say, side by side
image_training  the training scripts of chapters 7 and 8
plots           figures in one style: curves, images, confusion
costs           how many numbers a network multiplies for one image
tour            examples that are run, shown and checked
processes       work shared out to processes that end together
==============  ===========================================================
"""
