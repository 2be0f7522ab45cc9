"""The numbers printed in the book, each with its section: expected values of tests and claims.

If a digit is missing in print, the value is recomputed. Values that the book prints with eight
digits are compared with a relative tolerance of 1e-6.
"""

import numpy as np

# ---------------------------------------------------------------- chapter 1

# 1.3 and 1.5: section, input, output; the inputs of a section are run in order
TOUR = [
    ("1.3", "1 + 2", "3"),
    ("1.3.1", "1 - 2", "-1"),
    ("1.3.1", "4 * 5", "20"),
    ("1.3.1", "7 / 5", "1.4"),
    ("1.3.1", "3 ** 2", "9"),
    ("1.3.2", "type(10)", "<class 'int'>"),
    ("1.3.2", "type(2.718)", "<class 'float'>"),
    ("1.3.2", 'type("hello")', "<class 'str'>"),
    ("1.3.3", "x * y", "314.0"),
    ("1.3.3", "type(x * y)", "<class 'float'>"),
    ("1.3.4", "len(a)", "5"),
    ("1.3.4", "a[0], a[4]", "(1, 5)"),
    ("1.3.4", "a[0:2]", "[1, 2]"),
    ("1.3.4", "a[1:]", "[2, 3, 4, 99]"),
    ("1.3.4", "a[:3]", "[1, 2, 3]"),
    ("1.3.4", "a[:-1]", "[1, 2, 3, 4]"),
    ("1.3.4", "a[:-2]", "[1, 2, 3]"),
    ("1.3.5", 'me["height"]', "180"),
    ("1.3.5", "print(me)", "{'height': 180, 'weight': 70}"),
    ("1.3.6", "type(hungry)", "<class 'bool'>"),
    ("1.3.6", "not hungry", "False"),
    ("1.3.6", "hungry and sleepy", "False"),
    ("1.3.6", "hungry or sleepy", "True"),
    ("1.3.9", "hello()", "Hello World!"),
    ("1.3.9", 'hello("cat")', "Hello cat!"),
    ("1.5.2", "print(x)", "[1. 2. 3.]"),
    ("1.5.2", "type(x)", "<class 'numpy.ndarray'>"),
    ("1.5.3", "x + y", "array([3., 6., 9.])"),
    ("1.5.3", "x - y", "array([-1., -2., -3.])"),
    ("1.5.3", "x * y", "array([ 2.,  8., 18.])"),
    ("1.5.3", "x / y", "array([0.5, 0.5, 0.5])"),
    ("1.5.3", "x / 2.0", "array([0.5, 1. , 1.5])"),
    ("1.5.4", "print(A)", "[[1 2]\n [3 4]]"),
    ("1.5.4", "A.shape", "(2, 2)"),
    ("1.5.4", "A.dtype", "dtype('int64')"),
    ("1.5.4", "print(A + B)", "[[ 4  2]\n [ 3 10]]"),
    ("1.5.4", "print(A * B)", "[[ 3  0]\n [ 0 24]]"),
    ("1.5.4", "print(A * 10)", "[[10 20]\n [30 40]]"),
    ("1.5.5", "print(A * np.array([10, 20]))", "[[10 40]\n [30 80]]"),
    ("1.5.6", "X[0]", "array([51, 55])"),
    ("1.5.6", "print(X[0][1])", "55"),
    ("1.5.6", "for row in X:\n    print(row)", "[51 55]\n[14 19]\n[0 4]"),
    ("1.5.6", "X", "array([51, 55, 14, 19,  0,  4])"),
    ("1.5.6", "X[np.array([0, 2, 4])]", "array([51, 14,  0])"),
    ("1.5.6", "X > 15", "array([ True,  True, False,  True, False, False])"),
    ("1.5.6", "X[X > 15]", "array([51, 55, 19])"),
]
# 1.3.3, 1.3.4, 1.3.7, 1.3.8: everything that these sections print, in order
TOUR_PRINTS = {
    "1.3.3": ["10", "100"],
    "1.3.4": ["[1, 2, 3, 4, 5]", "[1, 2, 3, 4, 99]"],
    "1.3.7": ["I'm hungry", "I'm not hungry\nI'm sleepy"],
    "1.3.8": ["1\n2\n3"],
}

# 1.4: the output of the two scripts
HUNGRY = "I'm hungry!\n"
MAN = "Initialized!\nHello David!\nGood-bye David!\n"

# 1.6.1, 1.6.2: figures 1-3 and 1-4 run over 0, 0.1, ... 5.9
SIN_X = np.array(range(60)) / 10

# ---------------------------------------------------------------- chapter 2

# 2.2, 2.4: truth tables for (0, 0), (1, 0), (0, 1), (1, 1)
INPUTS = ((0, 0), (1, 0), (0, 1), (1, 1))
AND = [0, 0, 0, 1]
NAND = [1, 1, 1, 0]
OR = [0, 1, 1, 1]
XOR = [0, 1, 1, 0]

# 2.2.1: (w1, w2, theta) that make an AND gate; 2.2.2: one that makes a NAND gate
AND_SETTINGS = [(0.5, 0.5, 0.7), (0.5, 0.5, 0.8), (1.0, 1.0, 1.0)]
NAND_SETTING = (-0.5, -0.5, -0.7)

# 2.3.2: x, w and b, then w * x, its sum, and the sum with b
BIAS_INPUT = ([0, 1], [0.5, 0.5], -0.7)
BIAS_STEPS = ([0, 0.5], 0.5, -0.19999999999999996)

# 2.3.3: (w1, w2), b of the gates; 2.4.1, eq. (2.3): another OR
GATES = {"AND": ((0.5, 0.5), -0.7), "NAND": ((-0.5, -0.5), 0.7), "OR": ((0.5, 0.5), -0.2)}
OR_FIGURE = ((1.0, 1.0), -0.5)

# 2.5.1, figure 2-12: x1, x2, s1, s2, y
XOR_ROWS = [(0, 0, 1, 0, 0), (1, 0, 1, 1, 1), (0, 1, 1, 1, 1), (1, 1, 0, 1, 0)]

# ---------------------------------------------------------------- chapter 3

# 3.2.2, 3.2.4: step_function and sigmoid
STEP_X, STEP_Y = (-1.0, 1.0, 2.0), (0, 1, 1)
SIGMOID_X, SIGMOID_Y = (-1.0, 1.0, 2.0), (0.26894142, 0.73105858, 0.88079708)
# 3.2.4: 1.0 + t and 1.0 / t for t = [1, 2, 3]
BROADCAST_SUM, BROADCAST_QUOTIENT = (2.0, 3.0, 4.0), (1.0, 0.5, 0.33333333)

# 3.3.2, 3.3.3: products of matrices
MATRIX_PRODUCTS = {
    "square": [[19, 22], [43, 50]],
    "mixed": [[22, 28], [49, 64]],
    "with_vector": [23, 53, 83],
    "Y": [5, 11, 17],
}

# 3.4.2, 3.4.3: the three-layer network for x = (1.0, 0.5); a2 and z2 are recomputed, not printed
THREE_LAYERS = {
    "a1": (0.3, 0.7, 1.1),
    "z1": (0.57444252, 0.66818777, 0.75026011),
    "a2": (0.51615984, 1.21402696),
    "z2": (0.62624937, 0.7710107),
    "y": (0.31682708, 0.69627909),
}

# 3.5.1, 3.5.2: softmax of (0.3, 2.9, 4.0), and of (1010, 1000, 990), which overflows in the
# plain formula
SOFTMAX_A = (0.3, 2.9, 4.0)
SOFTMAX_EXP, SOFTMAX_SUM = (1.34985881, 18.17414537, 54.59815003), 74.1221542102
SOFTMAX_Y = (0.01821127, 0.24519181, 0.73659691)
SOFTMAX_LARGE_A = (1010.0, 1000.0, 990.0)
SOFTMAX_LARGE_Y = (9.99954600e-01, 4.53978686e-05, 2.06106005e-09)

# 3.6.1: the first training image of MNIST; 3.6.2: the accuracy with the book's weights
FIRST_LABEL = 5
SAMPLE_WEIGHT_ACCURACY = 0.9352

# 3.6.3: where batches of 3 among 10 start; the argmax of four rows; compared with [1, 2, 0, 0]
BATCH_STARTS = [0, 3, 6, 9]
ARGMAX_ROWS = [1, 2, 1, 0]
RIGHT_OR_NOT, NUMBER_RIGHT = [True, True, False, True], 3

# ---------------------------------------------------------------- chapter 4

# 4.2.1, 4.2.2: the digit is a 2; Y1 predicts 2, Y2 predicts 7.
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

# ---------------------------------------------------------------- chapter 6

# 6.1.7: from (-7, 2) on f = x^2/20 + y^2, recomputed in full: learning rate, the point after 1 and
# 2 updates, after 30, f there, sign changes of y, length of the path
PATHS = {
    "SGD": (0.95, (-6.335, -1.8), (-5.733175, 1.62), (-0.3504, 0.0848), 0.01333, 30, 36.99),
    "Momentum": (0.1, (-6.93, 1.6), (-6.7977, 0.92), (0.8964, 0.0881), 0.04794, 4, 12.80),
    "AdaGrad": (1.5, (-5.5, 0.5), (-4.573268, 0.136197), (-0.1202, 0.0), 0.00072, 0, 7.58),
    "Adam": (0.3, (-6.7, 1.7), (-6.400417, 1.402246), (0.1360, 0.3182), 0.10221, 2, 8.30),
}
# figure 6-5 and 6-7: the lowest y on the paths of Momentum and Adam
LOWEST_Y = {"Momentum": -1.42, "Adam": -0.71}

# 6.1: the default parameters of the optimizers
OPTIMIZER_DEFAULTS = {
    "SGD": {"lr": 0.01},
    "Momentum": {"lr": 0.01, "momentum": 0.9},
    "Nesterov": {"lr": 0.01, "momentum": 0.9},
    "AdaGrad": {"lr": 0.01},
    "RMSprop": {"lr": 0.01, "decay_rate": 0.99},
    "Adam": {"lr": 0.001, "beta1": 0.9, "beta2": 0.999},
}

# 6.2.3: footnote, mean activation of each layer with ReLU and a standard deviation of 0.01; below
# it the range of the ratio for single seeds (over 200 seeds)
RELU_MEANS = (0.0396, 0.00290, 0.000197, 1.32e-5, 9.46e-7)
RELU_RATIOS = ((0.98, 1.03), (0.79, 1.15), (0.79, 1.30), (0.69, 1.51), (0.63, 1.63))
# mean activations that follow from theory, or from many seeds, for the other two
XAVIER_MEANS = (0.398, 0.289, 0.21, 0.15, 0.105)
HE_MEANS = (0.56, 0.58, 0.60, 0.60, 0.59)
# 6.2.2: standard deviations of tanh activations with Xavier weights
TANH_STDS = (0.63, 0.48, 0.41, 0.36, 0.31)

# 6.3.2: the 16 standard deviations of figure 6-19
SCALES = (
    *(1.0, 0.541, 0.293, 0.158, 0.0858, 0.0464, 0.0251, 0.0136, 0.00736, 0.00398, 0.00215),
    *(0.00117, 0.000631, 0.000341, 0.000185, 0.0001),
)

# 6.5.3: the best five of the book's random search: validation accuracy, learning rate, weight decay
BEST_FIVE = [
    (0.83, 0.0092, 3.86e-07),
    (0.78, 0.00956, 6.04e-07),
    (0.77, 0.00571, 1.27e-06),
    (0.74, 0.00626, 1.43e-05),
    (0.73, 0.0052, 8.97e-06),
]

# ---------------------------------------------------------------- chapter 7

# 7.2 to 7.4: section, input, output; numbers that the figures leave out are chosen to fit
CONVOLUTIONS = [
    ("7.2.2", "print(convolve_image(IMAGE, FILTER))", "[[15 16]\n [ 6 15]]"),  # 7-3, 7-4
    ("7.2.2", "print(convolve_image(IMAGE, FILTER) + 3)", "[[18 19]\n [ 9 18]]"),  # 7-5
    ("7.2.3", "[add_border(IMAGE, pad).shape for pad in (1, 2, 3)]", "[(6, 6), (8, 8), (10, 10)]"),
    (
        "7.2.3",  # 7-6
        "print(convolve_image(add_border(IMAGE, 1), FILTER))",
        "[[ 7 12 10  2]\n [ 4 15 16 10]\n [10  6 15  6]\n [ 8 10  4  3]]",
    ),
    (
        "7.2.4",  # 7-7
        "print(convolve_image(large, FILTER, stride=2))",
        "[[15 17 15]\n [17 15 17]\n [15 17 15]]",
    ),
    (
        "7.2.4",
        "conv_output_size(4, 3, stride=1, pad=1), conv_output_size(7, 3, stride=2)",
        "(4, 3)",
    ),
    (
        "7.2.4",
        "conv_output_size(28, 5, stride=3, pad=2), conv_output_size(31, 5, stride=3, pad=2)",
        "(10, 11)",
    ),
    ("7.3", "print(pooling(x.reshape(1, 1, 4, 4), 2, 2, stride=2)[0, 0])", "[[2 3]\n [4 2]]"),
    ("7.4.1", "x.shape, x[0].shape, x[1].shape", "((10, 1, 28, 28), (1, 28, 28), (1, 28, 28))"),
    ("7.4.3", "im2col(np.random.rand(1, 3, 7, 7), 5, 5, stride=1, pad=0).shape", "(9, 75)"),
    ("7.4.3", "im2col(x, 5, 5, stride=1, pad=0).shape", "(90, 75)"),
    ("7.4.3", "W.size, W.reshape(10, -1).shape", "(750, (10, 75))"),
]

# 7.3, figure 7-16: maxima of the 3 x 3 windows of an image, and of the image shifted right by one
SHIFT_IMAGE = [
    [1, 2, 0, 7, 1, 0],
    [0, 9, 2, 3, 2, 3],
    [3, 0, 1, 2, 1, 2],
    [2, 4, 0, 1, 0, 1],
    [6, 0, 1, 2, 1, 2],
    [2, 4, 0, 1, 8, 1],
]
SHIFT_NEW_COLUMN = [1, 3, 2, 3, 2, 1]
SHIFT_MAXIMA = [[9, 7], [6, 8]]

# 7.5: SimpleConvNet: the shapes of its parameters, their number, accuracies after training
SIMPLE_CONV_SHAPES = {
    "W1": (30, 1, 5, 5),
    "b1": (30,),
    "W2": (4320, 100),
    "b2": (100,),
    "W3": (100, 10),
    "b3": (10,),
}
SIMPLE_CONV_PARAMETERS = 433_890
SIMPLE_CONV_TRAIN_ACC, SIMPLE_CONV_TEST_ACC = 0.9982, 0.9896

# ---------------------------------------------------------------- chapter 8

# 8.1.1: DeepConvNet: the number of its parameters, counted from its layers
DEEP_CONV_PARAMETERS = 123_552
# 8.1.1: DeepConvNet on the 10,000 test digits; the digits that it confuses
DEEP_CONV_TEST_ACC, DEEP_CONV_WRONG = 0.9938, 62
CONFUSED = ("1/7", "0/6", "3/5")

# 8.1.2, figure 8-3: the best of the leader board for MNIST, and its error rate
LEADER_BOARD = (0.9979, 0.0021)

# 8.1.3, figures 8-5 and 8-6: size of the receptive field: parameters of one filter, of 3x3 filters
FILTER_PARAMETERS = {5: (25, 18), 7: (49, 27)}

# 8.2.1: the top-5 error of ResNet in 2015; the first year that a deep network won, by a wide margin
ILSVRC_RESNET, ILSVRC_DEEP_SINCE = 3.5, 2012

# 8.2.2: layers with weights; the parameters, counted from the layers
VGG_DEPTHS = {"VGG16": 16, "VGG19": 19}
VGG_PARAMETERS = {"VGG16": 138_357_544, "VGG19": 143_667_240}

# 8.3.1, figure 8-14: the fraction of the forward pass of AlexNet that the convolutions take
CONVOLUTION_SHARES = {"GPU": 0.95, "CPU": 0.89}

# 8.3.2, figure 8-15: days to train AlexNet on a CPU of 16 cores (more than that) and on a GPU
TRAINING_DAYS = (40, 6)

# 8.3.3, figure 8-16: number of GPUs, speedup over one GPU; 7 days become 3 hours
DISTRIBUTED = (100, 56)
DISTRIBUTED_HOURS = (7 * 24, 3)

# 8.4.2: the weights of a fully connected layer for 32 x 10 x 10 with 100 outputs, or of 100 filters
FCN_WEIGHTS = 320_000
# figure 8-20: the weights, along one axis, of a bilinear enlargement by 2; not printed
BILINEAR = (0.25, 0.75, 0.75, 0.25)
# 8.5.3, figure 8-25: the classes that SegNet recognizes "quite accurately"
SEGNET_CLASSES = ("road", "building", "pavement", "tree", "car")
# 8.5.4: steps, of 500, for which CartPole counts as solved; the threshold is Gymnasium's
CART_POLE = 475
