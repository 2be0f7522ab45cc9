"""What the chapters share: a map of the modules, with the chapter that introduces each.

==============  ===========================================================  ===========
module          what is in it                                                introduced
==============  ===========================================================  ===========
functions       activations and losses as pure functions                     3.2, 4.2
gradient        numerical derivatives, and the check of back-propagation     4.3, 5.7.3
layers          Affine, ReLU, BatchNorm, Dropout ...: forward, backward      5.5, 6.3, 6.4
                a module for each kind
boundary        Layer: what all layers have, and where what comes is checked 5.5
typed           layers with and without the base class
convolve        convolutions as fast matrix products                         7.4
parts           layers inside of layers, their arrays, their randomness
params          the parameters of a network, a live view onto its layers     5.7
network         Network: the one way to compose layers                       5.7
protocols       what layers, networks, optimizers of one's own must have
optimizer       SGD, Momentum, AdaGrad, Adam ...: gradients to steps         4.4, 6.1
batches         mini-batches, and samples held out for validation            4.2.3, 6.5.1
augment         images turned, scaled, shifted, cropped, flipped, brighter    8.1.2
schedules       learning rates that fall                                     6.1.5
initializers    0.01, Xavier, He: the initial weights                        6.2
summary         a network as a table: shapes of outputs, parameters          5.7
fresh_layers    layers with their initial weights                            6.2
penalties       L2, L1, max norm: weight decay                               6.4.2
trainer         Trainer: the mini-batch loop                                 4.5, 6.4.3
trainer_arguments
                what a Trainer is given, checked
early_stopping  the end of a training by validation data, the best weights   6.5.1
train_together  the loop itself, of one Trainer or of several side by side   4.5
data_parallel   DataParallel: a mini-batch shared out to threads             8.3.3
checkpoint      a training on disk, to resume from
multi_layer_net, multi_layer_net_extend
                fully connected networks of any depth                        6.2, 6.3
util            im2col, col2im, shuffle_dataset, smooth_curve                4.2.3, 7.4
randomness      where random generators are made                             4.2.3
half            half precision: stored as float16, computed in float32                     8.3.4
threads         one thread for BLAS                                          8.3
interrupts      Ctrl-C that waits until a step is done
targets         labels and target rows that fit the outputs of a network     3.6, 4.2
io              files, pickles, the progress line
checks          input validation: what was found, what was expected
==============  ===========================================================  ===========
"""
