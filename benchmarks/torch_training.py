"""One training run in PyTorch with a recipe of `ch08/fast_99.py`: for `to_99_percent.py`.

It gets the recipe in JSON: the layers, the learning rate of each mini-batch, the betas of Adam, the
seed, the form (see `torch_networks.py`), the threads, and a file with the digits. It prints the
seconds of training, and the accuracy.
"""

import json
import sys
from time import perf_counter

import numpy as np
import torch
from torch import nn
from torch_networks import module


def main():
    """Train a network; print the seconds and the accuracy."""
    recipe = json.loads(sys.argv[1])
    torch.set_num_threads(recipe["threads"])
    fused = recipe["form"] == "fused"
    order = torch.channels_last if fused else torch.contiguous_format
    with np.load(recipe["digits"]) as file:
        x, t, x_test, t_test = (torch.from_numpy(file[name]) for name in file.files)
    x, x_test = (images.to(memory_format=order) for images in (x, x_test))
    network = module(recipe["layers"], recipe["seed"]).to(memory_format=order)
    adam = torch.optim.Adam(network.parameters(), betas=recipe["betas"], fused=fused)
    measure = nn.CrossEntropyLoss()
    started = perf_counter()
    shuffled = torch.from_numpy(np.random.default_rng(recipe["seed"]).permutation(len(x)))
    for batch, rate in zip(shuffled.split(recipe["batch_size"]), recipe["rates"], strict=True):
        adam.param_groups[0]["lr"] = rate
        adam.zero_grad(set_to_none=True)
        measure(network(x[batch]), t[batch]).backward()
        adam.step()
    seconds = perf_counter() - started
    with torch.inference_mode():
        scores = torch.cat([network(some) for some in x_test.split(1000)])
    accuracy = (scores.argmax(1) == t_test).float().mean().item()
    print(json.dumps({"seconds": seconds, "accuracy": accuracy}))


if __name__ == "__main__":
    main()
