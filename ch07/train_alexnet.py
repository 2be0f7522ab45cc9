"""Train the small AlexNet on MNIST (section 7.7.2).

    python ch07/train_alexnet.py --augment --decay --lr 0.002 --threads 1

This command made the bundled weights: a test accuracy of 0.9940 after 10 epochs, with digits
rotated, scaled and shifted slightly at random, and a learning rate that falls (8.1.2, 6.1.5). You
will see the accuracy on 1,000 training and 1,000 test digits at the beginning of each epoch, and
the accuracy on all test digits at the end. The weights are saved under ``outputs``. About 8 minutes
on one core.
"""

try:
    from lab import image_training, script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch07.alexnet import WEIGHTS, AlexNet

main = image_training.make_main(__file__, __doc__, AlexNet, WEIGHTS, epochs=10, few=300)

if __name__ == "__main__":
    script.run(main)
