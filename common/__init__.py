"""What the chapters share: a map of the modules, with the chapter that introduces each.

==============  ===========================================================  ===========
module          what is in it                                                introduced
==============  ===========================================================  ===========
functions       activations and losses as pure functions                     3.2, 4.2
gradient        numerical derivatives, and the check of back-propagation     4.3, 5.7.3
layers          Affine, ReLU, BatchNorm, Dropout ...: forward, backward      5.5, 6.3, 6.4
convolution     Convolution: filters that slide, as matrix products           7.2, 7.4
pooling         Pooling, AveragePooling: the largest, the mean of windows    7.3, 7.4
composite       Sequential, Parallel, Residual: layers made of layers        8.2
response_norm   LocalResponseNorm, the layer of AlexNet                      7.7.2
binary          Binarized, Sign: weights and signals of one bit              8.3.4
parts           layers inside of layers, their arrays, their randomness
network         Network: the one way to compose layers                       5.7
optimizer       SGD, Momentum, AdaGrad, Adam ...: gradients to steps         4.4, 6.1
augment         images turned, scaled, shifted, cropped, flipped, brighter    8.1.2
schedules       learning rates that fall                                     6.1.5
initializers    0.01, Xavier, He: the first weights                          6.2
costs           how many numbers a network multiplies for one image          7.7, 8.2
fresh_layers    layers with their first weights                              6.2
penalties       L2, L1, max norm: weight decay                               6.4.2
trainer         Trainer: the mini-batch loop, also of several side by side   4.5, 6.4.3
data_parallel   DataParallel: a mini-batch shared out to threads             8.3.3
checkpoint      a training on disk, to go on from
processes       work shared out to processes that end together               6.5
multi_layer_net, multi_layer_net_extend
                fully connected networks of any depth                        6.2, 6.3
util            im2col, shuffling, splits, mini-batches, randomness, Ctrl-C  4.2.3, 7.4
checks          what came and what was expected: the checks at the edges
files           files that are written whole or not at all
pickles         the book's .pkl files, read without running them             8.1.1
plots           curves and image grids, with Matplotlib
tour            examples that are run, shown and checked                     1.3, 3.3
image_training  the trainings of the networks of chapters 7 and 8            7.5, 8.1
cli             the flags, figures and results of the chapter scripts
==============  ===========================================================  ===========
"""
