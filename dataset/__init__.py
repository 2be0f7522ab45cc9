"""Data sets: MNIST and its like, drawn digits, points in a plane, CIFAR-10, digits in photographs."""

from dataset.cifar import load_cifar10 as load_cifar10
from dataset.idx import read_idx as read_idx
from dataset.mnist import load_mnist as load_mnist
from dataset.photo import digits_from_photo as digits_from_photo
