"""Two apples at 100 yen with 10 % tax, forward and backward (section 5.4.1, figure 5-16).

    python ch05/buy_apple.py

prints the price, 220, and how it answers to each input: one yen more for an apple costs 2.2, one
apple more 110, a tax of 100 % more 200. Less than a second.
"""

from collections.abc import Sequence
from typing import Any

try:
    from lab import cli
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch05.layer_naive import MulLayer


def buy(apple: float = 100, apple_num: float = 2, tax: float = 1.1) -> dict[str, float]:
    """Return the price and its derivatives; the layers run backward in the opposite order."""
    mul_apple, mul_tax = MulLayer(), MulLayer()
    apple_price = mul_apple.forward(apple, apple_num)
    price = mul_tax.forward(apple_price, tax)

    dapple_price, dtax = mul_tax.backward(1)
    dapple, dapple_num = mul_apple.backward(dapple_price)
    return {"price": price, "dapple": dapple, "dapple_num": dapple_num, "dtax": dtax}


def main(argv: Sequence[str] | None = None) -> dict[str, Any]:
    """Print the price and its derivatives."""
    args = cli.parse(cli.parser(__doc__), argv)
    results = buy()
    for name, value in results.items():
        print(f"{name}: {value:g}")
    return cli.finish(args, __file__, results)


if __name__ == "__main__":
    cli.run(main)
