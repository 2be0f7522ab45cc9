"""Two apples at 100 yen with 10 % tax, forward and backward (section 5.4.1, figure 5-16).

    python ch05/buy_apple.py

You will see the price, 220, and its derivatives: the price rises by 2.2 if an apple costs 1 yen
more, by 110 for one more apple, and by 200 if the tax rises by 100 %. Less than a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch05.layer_naive import MulLayer
from lab.script import Results


def buy(apple: float = 100, apple_num: float = 2, tax: float = 1.1) -> dict[str, float]:
    """Return the price and its derivatives; the backward pass calls the layers in reverse order."""
    mul_apple, mul_tax = MulLayer(), MulLayer()
    apple_price = mul_apple.forward(apple, apple_num)
    price = mul_tax.forward(apple_price, tax)

    dapple_price, dtax = mul_tax.backward(1)
    dapple, dapple_num = mul_apple.backward(dapple_price)
    return {"price": price, "dapple": dapple, "dapple_num": dapple_num, "dtax": dtax}


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the price and its derivatives."""
    results = buy()
    for name, value in results.items():
        print(f"{name}: {value:g}")
    return results


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
