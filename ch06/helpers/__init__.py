"""Modules that the scripts of this chapter import; they are not scripts themselves.

==================  ================================================================
module              contents
==================  ================================================================
valley              the function of section 6.1 and its figures
layer_histograms    the distribution of the activations of several layers (6.2)
batch_norm_figures  learning with and without BatchNorm (6.3.2)
overfitting         networks that overfit: flags, training, figure (6.4)
search              the search for hyperparameters, in several modules (6.5)
live                training runs for the page of `live.py`, in several modules (6.1 to 6.4)
==================  ================================================================
"""
