"""The library that all chapters share: a map of its modules, with the section of each.

==============  ===========================================================  ===========
module          contents                                                     section
==============  ===========================================================  ===========
functions       activations and losses as pure functions                     3.2, 4.2
gradient        numerical gradients, and the check of back-propagation       4.3, 5.7.3
layers          Affine, ReLU, BatchNorm, Dropout ...: forward, backward      5.5, 6.3, 6.4
                one module for each kind
boundary        Layer: the base class of all layers, which checks inputs     5.5
typed           layers with and without the base class
convolve        convolutions as fast matrix products                         7.4
winograd        3x3 filters with fewer multiplications                       7.4
products        matrix products in parts, for which BLAS is faster           7.4.3
parts           nested layers: their names, parameters, random generators
params          the parameters of a network: a live view of its layers       5.7
windows         the windows of pooling layers, as taps                       7.3
pooling_first   max pooling before ReLU, which gives the same numbers        7.3
network         Network: layers in order, with a loss at the end             5.7
protocols       what a custom layer, network or optimizer must have
optimizer       SGD, Momentum, AdaGrad, Adam ...: from gradients to updates  4.4, 6.1
subnormal       tiny numbers, with which computing is slow, become 0         6.1
batches         mini-batches, and the split into training and validation     4.2.3, 6.5.1
augment         images rotated, scaled, shifted, cropped, flipped, brighter  8.1.2
schedules       learning rate schedules                                      6.1.5
initializers    0.01, Xavier, He: the initial weights                        6.2
summary         a network as a table: output shapes, number of parameters    5.7
fresh_layers    layers with their initial weights                            6.2
penalties       L2, L1, max norm: weight decay                               6.4.2
trainer         Trainer: the training loop                                   4.5, 6.4.3
trainer_arguments
                the checks of a Trainer's arguments
early_stopping  early stopping by validation data; keeps the best weights    6.5.1
train_together  the loop itself, for one Trainer or several side by side     4.5
data_parallel   DataParallel: each mini-batch is split among threads         8.3.3
mpi             MPIParallel: ... among processes, also of other computers    8.3.3
split_network   what these two share
streams         data that are read when a mini-batch needs them              8.3.3
gpu             networks and arrays move to a GPU and back                   8.3.2
checkpoint      a training run on disk, to resume from
multi_layer_net, multi_layer_net_extend
                fully connected networks of any depth                        6.2, 6.3
util            im2col, col2im, shuffle_dataset, smooth_curve                4.2.3, 7.4
randomness      random generators from seeds                                 4.2.3
half            half precision: stored as float16, computed in float32       8.3.4
threads         one thread for BLAS                                          8.3
interrupts      Ctrl-C waits until the training step is done
targets         the checks of labels and one-hot rows                        3.6, 4.2
regions         regions of images for RoIPooling, and their cells            8.4.1
sequences       sequences for recurrent layers: lengths, states, words       8.4.3
io              files, pickles, the progress bar
checks          input validation: found versus expected
==============  ===========================================================  ===========
"""
