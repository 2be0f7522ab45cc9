"""Data sets: MNIST and others in its format (``mnist``), drawn digits (``synthetic``), CIFAR-10."""

from dataset.cifar import load_cifar10 as load_cifar10
from dataset.idx import read_idx as read_idx
from dataset.mnist import load_mnist as load_mnist
