"""Train DeepConvNet on MNIST (section 8.1.1).

    python ch08/train_deepnet.py

You will see the accuracy on 1,000 training and 1,000 test digits at the beginning of each epoch,
and the accuracy on all test digits at the end: about 0.993 on MNIST (the book: 0.9938). The weights
are saved under ``outputs``. 24 minutes on a busy machine, perhaps 9 on a quiet one: 12,000 steps of
0.044 seconds. The bundled weights, 0.9966, were made by

    python ch08/train_deepnet.py --augment --decay --epochs 40 --lr 0.002

This changes the digits slightly at random, and lets the learning rate fall (8.1.2, 6.1.5).
"""

try:
    from lab import image_training, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch08.deep_convnet import WEIGHTS, DeepConvNet

main = image_training.make_main(__file__, __doc__, DeepConvNet, WEIGHTS)

if __name__ == "__main__":
    script.run(main)
