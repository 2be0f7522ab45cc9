"""Tools for the scripts: flags, training runs, figures, saved results; no mathematics.

==============  ===========================================================
module          contents
==============  ===========================================================
flags           Flag: a setting of an experiment; the shared flags
script          make_main: parse flags, run the experiment, draw, save
digits          loads the digits for a script (--data)
training        training runs with the flags of a script, one or several
image_training  the training scripts of chapters 7 and 8
plots           figures in one style: curves, images, confusion matrix
windows         shows figures: in windows, or in a notebook
networks        a trained network by the name of its class
costs           the number of multiply-adds of a network for one image
server          a page in the browser, served to this machine only
tour            doctest examples that are run, printed and checked
processes       runs work in several processes that end together
ranks           runs a script on all ranks of MPI, which end together
rank_watcher    a process that says which rank was killed
==============  ===========================================================
"""
