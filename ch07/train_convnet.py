"""Train SimpleConvNet on MNIST (section 7.5).

    python ch07/train_convnet.py

You will see the accuracy on 1,000 training and 1,000 test digits at the beginning of each epoch,
and the accuracy on all test digits at the end: 0.9864 on MNIST with seed 0 (the book: 0.9896). The
weights are saved under ``outputs``. 2 to 4 minutes. The bundled weights, 0.9938, were made by

    python ch07/train_convnet.py --augment --decay --epochs 40 --lr 0.002

This changes the digits slightly at random, and lets the learning rate fall (8.1.2, 6.1.5).
"""

try:
    from lab import image_training, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch07.simple_convnet import WEIGHTS, SimpleConvNet

main = image_training.make_main(__file__, __doc__, SimpleConvNet, WEIGHTS)

if __name__ == "__main__":
    script.run(main)
