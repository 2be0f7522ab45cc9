"""The numbers printed in the book, each with its section: the golden values of the tests.

Where a digit was lost in print, the value is the recomputed one. Values that the book prints with
eight digits are compared with a relative tolerance of 1e-6.
"""

import numpy as np

# ---------------------------------------------------------------- chapter 1

# ---------------------------------------------------------------- chapter 2

# ---------------------------------------------------------------- chapter 3

# ---------------------------------------------------------------- chapter 4

# 4.2.1, 4.2.2: the digit is a 2; Y1 says so, Y2 says 7.
T = np.array([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
Y1 = np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0])
Y2 = np.array([0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0])
SQUARED_ERRORS = (0.0975, 0.5975)
CROSS_ENTROPIES = (0.510825457099338, 2.302584092994546)

# 4.3.2: function_1 at 5 and 10; 4.3.3: the partial derivatives of function_2 at (3, 4)
FUNCTION_1_SLOPES = (0.1999999999990898, 0.2999999999986347)
FUNCTION_2_PARTIALS = (6.00000000000378, 7.999999999999119)

# 4.4: gradients of function_2
FUNCTION_2_GRADIENTS = {(3.0, 4.0): (6, 8), (0.0, 2.0): (0, 4), (3.0, 0.0): (6, 0)}

# 4.4.1: gradient descent from (-3, 4), 100 steps, by learning rate
DESCENT = {
    0.1: (-6.11110793e-10, 8.14814391e-10),
    10.0: (-2.58983747e13, -1.29524862e12),
    1e-10: (-2.99999994, 3.99999992),
}

# 4.4.2: simpleNet
SIMPLE_W = np.array([[0.47355232, 0.9977393, 0.84668094], [0.85557411, 0.03563661, 0.69422093]])
SIMPLE_X = np.array([0.6, 0.9])
SIMPLE_T = np.array([0, 0, 1])
SIMPLE_SCORES = (1.05414809, 0.63071653, 1.1328074)
SIMPLE_LOSS = 0.92806853663411326
SIMPLE_DW = [[0.21924763, 0.14356247, -0.36281009], [0.32887144, 0.2153437, -0.54421514]]

# ---------------------------------------------------------------- chapter 5

# 5.4: apples and oranges
APPLE = {"price": 220, "dapple": 2.2, "dapple_num": 110, "dtax": 200}
APPLE_ORANGE = {
    "apple_price": 200,
    "orange_price": 450,
    "all_price": 650,
    "price": 715,
    "dall_price": 1.1,
    "dapple_price": 1.1,
    "dorange_price": 1.1,
    "dapple_num": 110,
    "dapple": 2.2,
    "dorange": 3.3,
    "dorange_num": 165,
    "dtax": 650,
}

# 5.6.3: score of "0" 5.3 and of "2" 10.1 become 0.008 and 0.991
SOFTMAX_SCORES = (5.3, 10.1)
SOFTMAX_PROBABILITIES = (0.008, 0.991)

# 5.7.3: mean differences of the gradient check (of the book's run, with its random weights)
GRADIENT_CHECK = {
    "W1": 2.2232446644e-13,
    "b1": 9.70418809871e-13,
    "W2": 8.41139039497e-13,
    "b2": 1.1945999745e-10,
}
