"""Two apples and three oranges, forward and backward (section 5.4.2, figures 5-15 and 5-17).

    python ch05/buy_apple_orange.py

You will see the price, 715, and all derivatives of the graph: the numbers for the blanks of
figure 5-15. Less than a second.
"""

import argparse

try:
    from lab import script
except ModuleNotFoundError as missing:
    raise SystemExit(f"{missing}: first run python -m pip install -e .") from None

from ch05.layer_naive import AddLayer, MulLayer
from lab.script import Results


def buy(
    apple: float = 100,
    apple_num: float = 2,
    orange: float = 150,
    orange_num: float = 3,
    tax: float = 1.1,
) -> dict[str, float]:
    """Return the values on the edges of the graph, and the derivatives of the price for them."""
    mul_apple, mul_orange, mul_tax = MulLayer(), MulLayer(), MulLayer()
    add_apple_orange = AddLayer()

    apple_price = mul_apple.forward(apple, apple_num)
    orange_price = mul_orange.forward(orange, orange_num)
    all_price = add_apple_orange.forward(apple_price, orange_price)
    price = mul_tax.forward(all_price, tax)

    dall_price, dtax = mul_tax.backward(1)
    dapple_price, dorange_price = add_apple_orange.backward(dall_price)
    dorange, dorange_num = mul_orange.backward(dorange_price)
    dapple, dapple_num = mul_apple.backward(dapple_price)
    return {
        "apple_price": apple_price,
        "orange_price": orange_price,
        "all_price": all_price,
        "price": price,
        "dall_price": dall_price,
        "dapple_price": dapple_price,
        "dorange_price": dorange_price,
        "dapple_num": dapple_num,
        "dapple": dapple,
        "dorange": dorange,
        "dorange_num": dorange_num,
        "dtax": dtax,
    }


def experiment(_: argparse.Namespace) -> Results:
    """Print and return the values and the derivatives."""
    results = buy()
    for name, value in results.items():
        print(f"{name}: {value:g}")
    return results


main = script.make_main(__file__, __doc__, experiment)

if __name__ == "__main__":
    script.run(main)
