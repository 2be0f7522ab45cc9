"""What the chapters share: a map of the modules, with the chapter that introduces each.

==============  ===========================================================  ===========
module          what is in it                                                introduced
==============  ===========================================================  ===========
functions       activations and losses as pure functions                     3.2, 4.2
gradient        numerical derivatives, and the check of back-propagation     4.3, 5.7.3
layers          Affine, ReLU, Sigmoid, SoftmaxWithLoss: forward, backward    5.5, 5.6
network         Network: the one way to compose layers                       5.7
optimizer       SGD: from gradients to new parameters                        4.4, 6.1
trainer         Trainer: the mini-batch loop                                 4.5, 6.4.3
util            shuffling, validation split, mini-batches, one BLAS thread   4.2.3, 6.5
checks          what came and what was expected: the checks at the edges
files           files that are written whole or not at all
plots           curves and image grids, with Matplotlib
tour            examples that are run, shown and checked                     1.3, 3.3
cli             the flags, figures and results of the chapter scripts
==============  ===========================================================  ===========
"""
