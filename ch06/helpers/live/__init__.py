"""Training runs that a page starts, watches and stops: `ch06/live.py`.

========  ==========================================================================
module    contents
========  ==========================================================================
settings  the settings of a training run: names, limits, checks
build     the data, the network and the trainer of some settings, and the same as code
inside    what a network looks like inside: activations, gradients, answers
running   a training run that goes step by step, and its snapshot for the page
pages     the training runs of each open page
presets   pairs of settings, each named after a problem of the chapter
========  ==========================================================================
"""
