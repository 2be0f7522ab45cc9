"""Data sets: MNIST and others like it, drawn digits, points, CIFAR-10, digits from photographs."""

from dataset.cifar import load_cifar10 as load_cifar10
from dataset.idx import read_idx as read_idx
from dataset.mnist import load_mnist as load_mnist
from dataset.photo import digits_from_photo as digits_from_photo
