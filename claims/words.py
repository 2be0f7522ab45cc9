"""What each experiment shows, in English and in Chinese: the table of the READMEs.

``{path:.4f}`` stands for a number in the results, see `claims.claim.look_up`.
"""

WORDS = {
    "ch01/hungry": ("a script with one statement", "只有一条语句的脚本"),
    "ch01/man": ("a class with a constructor and two methods", "一个类：构造函数和两个方法"),
    "ch01/tour": (
        "Python and NumPy, example by example, each run and checked",
        "Python 和 NumPy，逐个例子运行并核对",
    ),
    "ch01/simple_graph": ("a sine curve without labels", "没有标签的正弦曲线"),
    "ch01/sin_graph": (
        "a sine curve with a title, labels and ticks",
        "加上标题、轴标签和刻度的正弦曲线",
    ),
    "ch01/sin_cos_graph": ("sine and cosine, with a legend", "正弦和余弦，带图例"),
    "ch01/img_show": ("a photograph, or `--image FILE`", "一张照片，或用 `--image FILE` 指定"),
    "ch02/perceptron": (
        "weights, bias and the line they define; try your own values with `--w1 --w2 --b`",
        "权重、偏置和它们确定的直线；可用 `--w1 --w2 --b` 尝试自己的值",
    ),
    "ch02/and_gate": (
        "the AND gate with three of the many possible choices of weights and threshold",
        "与门：可行的权重和阈值有很多组，这里给出三组",
    ),
    "ch02/nand_gate": (
        "the NAND gate: the parameters of an AND gate with reversed signs; one exception",
        "与非门：把与门参数的符号全部取反即可，但有一个例外",
    ),
    "ch02/or_gate": (
        "the OR gate, and the line that separates its outputs",
        "或门，以及把两种输出分开的直线",
    ),
    "ch02/xor_gate": (
        "XOR from two layers: no straight line separates its outputs, a curve does",
        "用两层实现异或：直线无法把两种输出分开，曲线可以",
    ),
    "ch02/xor_search": (
        "35,937 perceptrons on a grid: {settings found/AND:,} are AND gates, {settings found/NAND:,} NAND, {settings found/OR:,} OR, {settings found/XOR:,} XOR",
        "网格上的 35,937 个感知机：与门 {settings found/AND:,} 个，与非门 {settings found/NAND:,} 个，或门 {settings found/OR:,} 个，异或门 {settings found/XOR:,} 个",
    ),
    "ch02/learning_rule": (
        "AND, NAND and OR are learned in a few passes, XOR never",
        "与、与非、或只需几轮就能学会，异或永远学不会",
    ),
    "ch02/nand_computer": (
        "adders, a decoder and an ALU built only from NAND gates, tested with all inputs",
        "只用与非门搭成的加法器、译码器和 ALU，用所有输入测试",
    ),
    "ch02/universal_approximation": (
        "two layers fit a sine: error {errors/1:.3f} with 1 hidden neuron, {errors/4:.3f} with 4, {errors/20:.3f} with 20",
        "两层网络拟合正弦曲线：1 个隐藏层神经元时误差为 {errors/1:.3f}，4 个时 {errors/4:.3f}，20 个时 {errors/20:.3f}",
    ),
    "ch03/step_function": ("the step function", "阶跃函数"),
    "ch03/sigmoid": ("the sigmoid function, and broadcasting", "sigmoid 函数，以及广播"),
    "ch03/sig_step_compare": (
        "the step function and the sigmoid function in one figure",
        "同一张图中的阶跃函数与 sigmoid 函数",
    ),
    "ch03/relu": ("the ReLU function", "ReLU 函数"),
    "ch03/arrays": (
        "shapes and matrix products, each example run and checked",
        "形状和矩阵乘积，逐个例子运行并核对",
    ),
    "ch03/three_layer_network": (
        "a 2-3-2-2 network, layer by layer: {y/0:.4f}, {y/1:.4f}",
        "一个 2-3-2-2 网络，逐层计算：{y/0:.4f}, {y/1:.4f}",
    ),
    "ch03/softmax": (
        "the formula of softmax that overflows, and the one that does not",
        "会溢出的 softmax 公式和不会溢出的 softmax 公式",
    ),
    "ch03/mnist_show": (
        "the first training image, a {label:d}, and the first hundred",
        "第一张训练图像（数字 {label:d}）和前一百张",
    ),
    "ch03/neuralnet_mnist": (
        "10,000 test digits classified one by one: accuracy {accuracy:.4f} (the book: 0.9352)",
        "逐个识别 10,000 个测试数字：精度 {accuracy:.4f}（书中：0.9352）",
    ),
    "ch03/neuralnet_mnist_batch": (
        "test digits classified in batches of 100: accuracy {accuracy:.4f}; one by one takes {time_ratio:.0f} times as long",
        "每批 100 个识别测试数字：精度 {accuracy:.4f}；逐个识别的耗时是批处理的 {time_ratio:.0f} 倍",
    ),
    "ch03/my_digits": (
        "finds and classifies each digit in a photograph of your handwriting (`--image FILE`); without it, on a drawn page: {right:d} of 20 correct",
        "在你的手写数字照片（`--image FILE`）中找出并识别每个数字；不指定照片时，识别自动绘制的一页：20 个中正确识别 {right:d} 个",
    ),
    "ch03/preprocessing": (
        "test digits centred, scaled and whitened: mean {mean:.3f}, standard deviation {std:.3f}, largest covariance {white_covariance:.2f}",
        "测试数字的零均值化、缩放和白化：均值 {mean:.3f}，标准差 {std:.3f}，协方差最大 {white_covariance:.2f}",
    ),
    "ch03/preprocessing_accuracy": (
        "test accuracy with pixels of 0 to 255: {best/0 to 255/test_acc_list/-1:.3f}; divided by 255 {best/divided by 255/test_acc_list/-1:.3f}, centred and scaled {best/mean 0, std 1/test_acc_list/-1:.3f}, whitened {best/whitened/test_acc_list/-1:.3f}",
        "像素为 0 至 255 时的测试精度：{best/0 to 255/test_acc_list/-1:.3f}；除以 255 为 {best/divided by 255/test_acc_list/-1:.3f}，零均值化并缩放为 {best/mean 0, std 1/test_acc_list/-1:.3f}，白化为 {best/whitened/test_acc_list/-1:.3f}",
    ),
    "ch03/train_sample_weight": (
        "how the bundled weights of section 3.6.2 were trained: test accuracy {accuracy:.4f}",
        "3.6.2 节随附的权重是如何训练的：测试精度 {accuracy:.4f}",
    ),
    "ch04/loss_functions": (
        "the losses of a good and of a bad prediction: 0.51 and 2.30",
        "好的预测和坏的预测的损失：0.51 和 2.30",
    ),
    "ch04/why_not_accuracy": (
        "the derivative of the accuracy is 0, the derivative of the loss is not",
        "精度的导数为 0，损失函数的导数不为零",
    ),
    "ch04/numerical_diff": (
        "numerical derivatives: a step that is too small, forward difference, central difference",
        "数值微分：过小的步长、前向差分、中心差分",
    ),
    "ch04/gradient_1d": (
        "the slopes of a curve at two points, 0.2 and 0.3, and the tangents",
        "曲线在两点处的斜率 0.2 和 0.3，以及切线",
    ),
    "ch04/partial_derivatives": (
        "a surface and its partial derivatives at one point, 6 and 8",
        "一个曲面及其在一点处的偏导数 6 和 8",
    ),
    "ch04/gradient_2d": (
        "negative gradients as arrows, which point to the minimum",
        "用箭头表示的负梯度，都指向最小值所在的位置",
    ),
    "ch04/gradient_method": (
        "gradient descent with three learning rates: 0.1 converges, 10 diverges, 1e-10 hardly moves",
        "梯度下降法，三种学习率：0.1 收敛，10 发散，1e-10 几乎不动",
    ),
    "ch04/gradient_simplenet": (
        "the gradient of a network with six weights",
        "六个权重的网络的梯度",
    ),
    "ch04/two_layer_net": (
        "a two-layer network without layer classes: the shapes of its parameters and gradients",
        "不使用层的类实现的两层网络：参数和梯度的形状",
    ),
    "ch04/train_neuralnet": (
        "the training loop written out step by step: test accuracy {test_acc:.4f}; `--gradient numerical` takes days",
        "逐步写出的训练循环：测试精度 {test_acc:.4f}；用 `--gradient numerical` 则需要几天",
    ),
    "ch05/layer_naive": (
        "the multiplication and the addition layer, forward and backward",
        "乘法层和加法层的正向传播与反向传播",
    ),
    "ch05/buy_apple": (
        "two apples: the price, 220, and its derivatives 2.2, 110, 200",
        "两个苹果：总价 220 及其导数 2.2, 110, 200",
    ),
    "ch05/buy_apple_orange": (
        "two apples and three oranges: the price, 715, and its derivatives 110, 2.2, 3.3, 165, 650",
        "两个苹果和三个橘子：总价 715 及其导数 110, 2.2, 3.3, 165, 650",
    ),
    "ch05/elementary_nodes": (
        "the sigmoid and Affine layers built from nodes",
        "由节点组成的 sigmoid 层和 Affine 层",
    ),
    "ch05/softmax_with_loss_graph": (
        "softmax with cross entropy, node by node: six backward steps to y - t, loss {loss:.4f}",
        "逐个节点计算 softmax 与交叉熵误差：反向传播六步到 y - t，损失 {loss:.4f}",
    ),
    "ch05/draw_graphs": (
        "computational graphs drawn as SVG: values above the edges (715), derivatives below (2.2)",
        "画成 SVG 的计算图：边的上方是值（715），下方是导数（2.2）",
    ),
    "ch05/two_layer_net": (
        "a network built from layers: {parameters:,} parameters, loss {loss:.2f} before training, as for random guessing",
        "由层组成的两层网络：{parameters:,} 个参数，训练前的损失为 {loss:.2f}，相当于随机猜测",
    ),
    "ch05/gradient_check": (
        "mean differences between the gradients by back-propagation and by central differences: {checks/W1/difference:.0e} to {checks/b2/difference:.0e}, as in the book",
        "误差反向传播法与中心差分所得梯度的平均误差：{checks/W1/difference:.0e} 至 {checks/b2/difference:.0e}，与书中一致",
    ),
    "ch05/train_neuralnet": (
        "the two-layer network trained by back-propagation: test accuracy {test_acc:.4f}",
        "用误差反向传播法训练两层网络：测试精度 {test_acc:.4f}",
    ),
    "ch05/drawn_digits": (
        "a network trained on drawn digits, tested on MNIST: accuracy {trained on drawn, tested on mnist:.4f}",
        "用绘制的数字训练、用 MNIST 测试的网络：精度 {trained on drawn, tested on mnist:.4f}",
    ),
    "ch06/optimizer_compare_naive": (
        "the paths of four optimizers in a valley: AdaGrad ends nearest to the minimum (f = {AdaGrad/f/-1:.5f}), by the shortest path; `--decay` lowers the learning rate",
        "四种优化方法在山谷形函数上的路径：AdaGrad 最终离最小值最近（f = {AdaGrad/f/-1:.5f}），路径也最短；用 `--decay` 使学习率逐渐减小",
    ),
    "ch06/optimizer_compare_mnist": (
        "final loss: SGD {SGD/final_loss:.3f}, Momentum {Momentum/final_loss:.3f}, AdaGrad {AdaGrad/final_loss:.3f}, Adam {Adam/final_loss:.3f}",
        "最终的损失：SGD {SGD/final_loss:.3f}，Momentum {Momentum/final_loss:.3f}，AdaGrad {AdaGrad/final_loss:.3f}，Adam {Adam/final_loss:.3f}",
    ),
    "ch06/weight_init_zero": (
        "equal initial weights: all hidden neurons stay identical, test accuracy {all weights 0/test_acc:.2f}; random weights: {random (Xavier)/test_acc:.2f}",
        "初始权重相同：隐藏层的神经元始终完全相同，测试精度 {all weights 0/test_acc:.2f}；随机初始权重：{random (Xavier)/test_acc:.2f}",
    ),
    "ch06/weight_init_activation_histogram": (
        "the distribution of activations: standard deviation in the fifth sigmoid layer {sigmoid, std 0.01/std/-1:.3f} with initial weights of standard deviation 0.01, {sigmoid, std xavier/std/-1:.3f} with Xavier; ReLU activations vanish with 0.01, shrink with Xavier, keep their size with He",
        "激活值的分布：第五层 sigmoid 输出的标准差，权重标准差为 0.01 时是 {sigmoid, std 0.01/std/-1:.3f}，用 Xavier 时是 {sigmoid, std xavier/std/-1:.3f}；ReLU 的激活值在标准差为 0.01 时消失，用 Xavier 时逐层变小，用 He 时保持大小",
    ),
    "ch06/weight_init_compare": (
        "with a standard deviation of 0.01 nothing is learned (loss {final_loss/std=0.01:.2f}), Xavier learns ({final_loss/Xavier:.2f}), He faster ({final_loss/He:.2f})",
        "标准差 0.01 什么也学不到（损失 {final_loss/std=0.01:.2f}），Xavier 可以（{final_loss/Xavier:.2f}），He 更快（{final_loss/He:.2f}）",
    ),
    "ch06/batch_norm_gradient_check": (
        "back-propagation through BatchNorm against central differences",
        "BatchNorm 的反向传播与中心差分的比较",
    ),
    "ch06/batch_norm_test": (
        "16 scales of the initial weights: with BatchNorm the network learns from all of them; from {at_least_as_good:d} it ends with at least the accuracy of the network without BatchNorm",
        "16 种初始权重尺度：使用 BatchNorm 时都能学习，其中 {at_least_as_good:d} 种的最终精度不低于不使用时",
    ),
    "ch06/overfit_weight_decay": (
        "overfitting: 300 digits memorized, test accuracy {runs/no penalty/test_acc:.2f}; weight decay reduces the gap to the training accuracy from {runs/no penalty/gap:.2f} to {runs/l2 penalty, 0.1/gap:.2f}",
        "过拟合：300 个数字全部记住，测试精度只有 {runs/no penalty/test_acc:.2f}；权值衰减把训练精度与测试精度之差从 {runs/no penalty/gap:.2f} 缩小到 {runs/l2 penalty, 0.1/gap:.2f}",
    ),
    "ch06/overfit_dropout": (
        "Dropout reduces the gap between training and test accuracy from {runs/without Dropout/gap:.2f} to {runs/Dropout 0.15/gap:.2f} (ratio 0.15) or {runs/Dropout 0.2/gap:.2f} (0.2), and learns more slowly",
        "Dropout 把训练精度与测试精度之差从 {runs/without Dropout/gap:.2f} 缩小到 {runs/Dropout 0.15/gap:.2f}（比例 0.15）或 {runs/Dropout 0.2/gap:.2f}（0.2），但学得更慢",
    ),
    "ch06/hyperparameter_optimization": (
        "the best 20 of 100 random trials, up to {best/random/0/accuracy:.2f} (the book: 0.83); `--method compare` adds a grid and a Bayesian search (1 min)",
        "100 次随机试验中最好的 20 次，最高 {best/random/0/accuracy:.2f}（书中：0.83）；`--method compare` 再比较网格搜索和贝叶斯优化（1 分钟）",
    ),
    "ch07/naive_convolution": (
        "convolution and pooling with plain loops, each example run and checked",
        "用普通循环实现卷积和池化，逐个例子运行并核对",
    ),
    "ch07/pooling_shift": (
        "an image whose pooled maxima stay the same when it is shifted by a column; {same_answer/1:.1%} of the digits are classified as before when shifted by 1 pixel, {same_answer/4:.1%} by 4 pixels",
        "一幅图像平移一列后，池化得到的最大值不变；数字平移 1 个像素时，有 {same_answer/1:.1%} 识别结果不变，平移 4 个像素时为 {same_answer/4:.1%}",
    ),
    "ch07/simple_convnet": (
        "SimpleConvNet, with one convolution layer, layer by layer: 433,890 parameters",
        "只有一个卷积层的 SimpleConvNet，逐层列出：433,890 个参数",
    ),
    "ch07/gradient_check": (
        "back-propagation through convolution and pooling against central differences: they differ by about {checks/b3/difference:.0e} or less, except at kinks",
        "卷积和池化的反向传播与中心差分的比较：除不可导的点外，相差不超过约 {checks/b3/difference:.0e}",
    ),
    "ch07/train_convnet": (
        "test accuracy {test_acc:.4f} after 20 epochs (the book: 0.9896); the bundled weights were trained with `--augment --decay --epochs 40 --lr 0.002`",
        "20 个 epoch 后测试精度 {test_acc:.4f}（书中：0.9896）；随附的权重由 `--augment --decay --epochs 40 --lr 0.002` 训练得到",
    ),
    "ch07/visualize_filter": (
        "30 filters: noise before training, gradients and blobs after training; the correlation of neighbouring weights rises from {smoothness_before:.2f} to {smoothness_after:.2f}",
        "30 个滤波器：训练前是噪声，训练后是渐变和斑块；相邻权重的相关系数从 {smoothness_before:.2f} 升到 {smoothness_after:.2f}",
    ),
    "ch07/apply_filter": (
        "two learned filters that find vertical and horizontal edges in a photograph, or `--image FILE`",
        "两个学到的滤波器，在照片中分别找出垂直和水平的边缘；也可用 `--image FILE` 指定照片",
    ),
    "ch07/hierarchical_features": (
        "images and digits that the units of a small AlexNet respond to strongly, from edges to whole digits; the fraction of digits with the same label rises from {of_one_digit/trained/Conv1:.2f} in the first layer to {of_one_digit/trained/Affine3:.2f} in the last",
        "使小型 AlexNet 各层神经元强烈响应的图像和数字，从边缘到完整的数字；这些数字中标签相同的比例从第一层的 {of_one_digit/trained/Conv1:.2f} 升到最后一层的 {of_one_digit/trained/Affine3:.2f}",
    ),
    "ch07/lenet": (
        "LeNet, layer by layer: 61,706 parameters",
        "LeNet，逐层列出：61,706 个参数",
    ),
    "ch07/alexnet": (
        "a small AlexNet, layer by layer: 60,636 parameters; the original has 60,965,224",
        "小型 AlexNet，逐层列出：60,636 个参数；原版有 60,965,224 个",
    ),
    "ch07/train_alexnet": (
        "the small AlexNet trained with `--augment --decay --lr 0.002 --threads 1`, as for its bundled weights: test accuracy {test_acc:.4f}",
        "用 `--augment --decay --lr 0.002 --threads 1` 训练小型 AlexNet，得到随附的权重：测试精度 {test_acc:.4f}",
    ),
    "ch07/representative_cnns": (
        "test accuracy after 4 epochs, and the computational cost of each network: LeNet {networks/LeNet/test_acc:.4f}, with ReLU and max pooling {networks/LeNet with ReLU and max pooling/test_acc:.4f}, SimpleConvNet {networks/SimpleConvNet/test_acc:.4f}, small AlexNet {networks/AlexNet, small/test_acc:.4f}",
        "4 个 epoch 后的测试精度，以及各网络的计算代价：LeNet {networks/LeNet/test_acc:.4f}，换成 ReLU 和最大池化为 {networks/LeNet with ReLU and max pooling/test_acc:.4f}，SimpleConvNet {networks/SimpleConvNet/test_acc:.4f}，小型 AlexNet {networks/AlexNet, small/test_acc:.4f}",
    ),
    "ch08/deep_convnet": (
        "DeepConvNet layer by layer: six convolutions, two affine layers, 123,552 parameters",
        "逐层列出 DeepConvNet：六个卷积层、两个全连接层，共 123,552 个参数",
    ),
    "ch08/train_deepnet": (
        "test accuracy of {test_acc:.4f} after 20 epochs (the book: 0.9938); the bundled weights were trained with `--augment --decay --epochs 40 --lr 0.002`",
        "20 个 epoch 后测试精度为 {test_acc:.4f}（书中：0.9938）；随附的权重由 `--augment --decay --epochs 40 --lr 0.002` 训练得到",
    ),
    "ch08/misclassified_mnist": (
        "the misclassified digits of DeepConvNet among 10,000 test digits (accuracy {accuracy:.4f}; the book: 0.9938), and the digits that it confuses",
        "DeepConvNet 在 10,000 个测试数字中识别错误的数字（精度 {accuracy:.4f}；书中：0.9938），以及容易混淆的数字",
    ),
    "ch08/augmentation": (
        "digits rotated, shifted, scaled, cropped, brighter, flipped; an accuracy of {accuracy/rotated/15:.2f} after a rotation by 15 degrees, {accuracy/rotated/90:.2f} by 90",
        "旋转、平移、缩放、裁剪、变亮、翻转的数字；旋转 15 度后精度为 {accuracy/rotated/15:.2f}，旋转 90 度后为 {accuracy/rotated/90:.2f}",
    ),
    "ch08/augmentation_gain": (
        "trained on 100, 300, 1,000 digits: test accuracy of {accuracy/100/unchanged:.3f}, {accuracy/300/unchanged:.3f}, {accuracy/1000/unchanged:.3f}; with digits rotated, shifted and scaled: {accuracy/100/rotated, shifted, scaled:.3f}, {accuracy/300/rotated, shifted, scaled:.3f}, {accuracy/1000/rotated, shifted, scaled:.3f}; flips lower the accuracy",
        "用 100、300、1,000 个数字训练：测试精度为 {accuracy/100/unchanged:.3f}、{accuracy/300/unchanged:.3f}、{accuracy/1000/unchanged:.3f}；加上旋转、平移、缩放：{accuracy/100/rotated, shifted, scaled:.3f}、{accuracy/300/rotated, shifted, scaled:.3f}、{accuracy/1000/rotated, shifted, scaled:.3f}；左右翻转则会降低精度",
    ),
    "ch08/ensemble": (
        "test accuracy of five affine networks: {by_number/seven affine layers/0:.3f} on average, {by_number/seven affine layers/-1:.3f} as an ensemble; of five convolutional networks {by_number/SmallConvNet/0:.3f} and {by_number/SmallConvNet/-1:.3f}",
        "五个全连接网络的测试精度：平均 {by_number/seven affine layers/0:.3f}，集成后 {by_number/seven affine layers/-1:.3f}；五个卷积网络：{by_number/SmallConvNet/0:.3f} 和 {by_number/SmallConvNet/-1:.3f}",
    ),
    "ch08/learning_rate_decay": (
        "no clear gain in test accuracy after six epochs: constant learning rate {test_acc/constant:.4f}, cosine {test_acc/cosine:.4f}, steps {test_acc/step:.4f}, exponential {test_acc/exponential:.4f}",
        "六个 epoch 后测试精度没有明显提高：固定的学习率 {test_acc/constant:.4f}，余弦 {test_acc/cosine:.4f}，阶梯 {test_acc/step:.4f}，指数 {test_acc/exponential:.4f}",
    ),
    "ch08/dropconnect": (
        "300 training digits: the gap between training and test accuracy is {runs/none/gap:.3f}, with DropConnect {runs/DropConnect/gap:.3f}, with Dropout {runs/Dropout/gap:.3f}",
        "300 个训练数字：训练精度与测试精度之差为 {runs/none/gap:.3f}，使用 DropConnect 为 {runs/DropConnect/gap:.3f}，使用 Dropout 为 {runs/Dropout/gap:.3f}",
    ),
    "ch08/fast_99": (
        "99 % of the test digits after seconds of training, step by step: {mean/moved test digits:.4f} on average over 30 seeds",
        "几秒钟的训练就达到 99 % 的测试精度，逐步改进：30 个随机种子的平均精度为 {mean/moved test digits:.4f}",
    ),
    "ch08/best_accuracy": (
        "ensembles of four networks with a test accuracy of {mean/together, moved:.4f}, the mean of three (the best in figure 8-3: 0.9979)",
        "四个网络的集成，三次的平均测试精度为 {mean/together, moved:.4f}（图 8-3 中的第一名：0.9979）",
    ),
    "ch08/receptive_field": (
        "two layers of 3x3 filters have the same receptive field as one 5x5 filter, with 18 parameters instead of 25",
        "两层 3x3 滤波器与一层 5x5 滤波器的感受野相同，参数只有 18 个，而不是 25 个",
    ),
    "ch08/ilsvrc": (
        "the winners from 2010 to 2015, down to a top-5 error of 3.57%; the top-k error of DeepConvNet on the test digits: {error/1:.2%} for k = 1, {error/2:.2%} for k = 2, {error/3:.2%} for k = 3",
        "2010 至 2015 年的优胜网络，top-5 错误率降至 3.57%；DeepConvNet 在测试数字上的 top-k 错误率：k = 1 时 {error/1:.2%}，k = 2 时 {error/2:.2%}，k = 3 时 {error/3:.2%}",
    ),
    "ch08/vgg": (
        "a small VGG for digits, layer by layer; the real VGG16 and VGG19 counted: 138,357,544 and 143,667,240 parameters",
        "用于手写数字的小型 VGG，逐层列出；统计真正的 VGG16 和 VGG19：138,357,544 和 143,667,240 个参数",
    ),
    "ch08/googlenet": (
        "a small GoogLeNet, layer by layer; with 1x1 filters the Inception module 3a has 163,328 weights, without them 393,216",
        "小型 GoogLeNet，逐层列出；Inception 模块 3a 使用 1x1 滤波器时有 163,328 个权重，不使用时有 393,216 个",
    ),
    "ch08/resnet": (
        "a small ResNet of {depth:d} layers; with weights of 0 a block with a shortcut outputs ReLU(x), and one without outputs 0",
        "{depth:d} 层的小型 ResNet；权重为 0 时，有快捷结构的块输出 ReLU(x)，没有的输出 0",
    ),
    "ch08/famous_networks": (
        "test accuracy after training on 10,000 digits: DeepConvNet {networks/DeepConvNet/test_acc:.3f}, VGG {networks/VGG/test_acc:.3f}, GoogLeNet {networks/GoogLeNet/test_acc:.3f}, ResNet {networks/ResNet/test_acc:.3f}; and the computational cost of each",
        "用 10,000 个数字训练后的测试精度：DeepConvNet {networks/DeepConvNet/test_acc:.3f}，VGG {networks/VGG/test_acc:.3f}，GoogLeNet {networks/GoogLeNet/test_acc:.3f}，ResNet {networks/ResNet/test_acc:.3f}；以及各自的计算代价",
    ),
    "ch08/resnet_against_plain": (
        "8, 20, 32 layers: test accuracies of {test_acc/with shortcuts/8:.2f}, {test_acc/with shortcuts/20:.2f}, {test_acc/with shortcuts/32:.2f} with shortcuts, {test_acc/plain/8:.2f}, {test_acc/plain/20:.2f}, {test_acc/plain/32:.2f} without; and the gradient in each layer",
        "8、20、32 层：有快捷结构时测试精度为 {test_acc/with shortcuts/8:.2f}、{test_acc/with shortcuts/20:.2f}、{test_acc/with shortcuts/32:.2f}，没有时为 {test_acc/plain/8:.2f}、{test_acc/plain/20:.2f}、{test_acc/plain/32:.2f}；以及各层的梯度",
    ),
    "ch08/transfer_learning": (
        "the digits 5 to 9 from 5 samples of each: test accuracy {mean_accuracy/from scratch/5:.2f} from scratch, {mean_accuracy/all layers tuned/5:.2f} if a network trained on 0 to 4 is fine-tuned",
        "数字 5 至 9，每种 5 个样本：从头训练的测试精度为 {mean_accuracy/from scratch/5:.2f}，对学过 0 至 4 的网络进行微调则为 {mean_accuracy/all layers tuned/5:.2f}",
    ),
    "ch08/layer_times": (
        "the time of each layer of DeepConvNet: the convolutions take {shares/forward/Convolution:.0%} of the forward and {shares/backward/Convolution:.0%} of the backward pass, with {shares/multiply-adds/Convolution:.1%} of the multiply-adds",
        "DeepConvNet 各层的耗时：卷积层占正向传播的 {shares/forward/Convolution:.0%}、反向传播的 {shares/backward/Convolution:.0%}，占乘加运算的 {shares/multiply-adds/Convolution:.1%}",
    ),
    "ch08/im2col_against_loops": (
        "one convolution in 5 ways with the same result: loops take {milliseconds/loop over every number/10:.0f} to {milliseconds/loop over every output/10:.0f} ms per image, one matrix product {milliseconds/im2col, one product/10:.2f} ms",
        "同一个卷积的 5 种算法，结果相同：循环计算一张图像需 {milliseconds/loop over every number/10:.0f} 至 {milliseconds/loop over every output/10:.0f} 毫秒，一次矩阵乘积需 {milliseconds/im2col, one product/10:.2f} 毫秒",
    ),
    "ch08/distributed_learning": (
        "the mean of the gradients of 10 parts is the gradient of the whole mini-batch (difference {difference/10:.0e}); 2 threads are {best/2:.1f} times as fast as 1; and two models that fit the book's speed-up of 56 with 100 GPUs",
        "10 份数据的梯度的平均值等于整个 mini-batch 的梯度（相差 {difference/10:.0e}）；2 个线程的速度是 1 个线程的 {best/2:.1f} 倍；以及两个模型，都符合书中“100 个 GPU 加速到 56 倍”的结果",
    ),
    "ch08/half_float_network": (
        "the same accuracy in float64, float32 and float16: {float64/accuracy:.4f}, {float32/accuracy:.4f}, {float16/accuracy:.4f}; float16 saves memory, but no time",
        "float64、float32 和 float16 的精度相同：{float64/accuracy:.4f}、{float32/accuracy:.4f}、{float16/accuracy:.4f}；float16 节省内存，但不节省时间",
    ),
    "ch08/binarized_network": (
        "test accuracy with 1-bit weights {networks/1-bit weights/accuracy:.4f}, with real-valued weights {networks/real-valued weights/accuracy:.4f}; {networks/1-bit weights/bytes:,} instead of {networks/real-valued weights/bytes:,} bytes; with 1-bit activations too {networks/1-bit weights and activations/accuracy:.4f}",
        "权重为 1 位时测试精度为 {networks/1-bit weights/accuracy:.4f}，为实数时 {networks/real-valued weights/accuracy:.4f}；权重只占 {networks/1-bit weights/bytes:,} 字节，而不是 {networks/real-valued weights/bytes:,} 字节；激活值也为 1 位时精度为 {networks/1-bit weights and activations/accuracy:.4f}",
    ),
    "ch08/road_scenes": (
        "SegNet on drawn road scenes: mean IoU {networks/with indices/mean IoU of all pixels:.2f} with the positions of the maxima, {networks/without indices/mean IoU of all pixels:.2f} without; near borders {networks/with indices/mean IoU of pixels near borders:.2f} and {networks/without indices/mean IoU of pixels near borders:.2f}; and the free road ahead",
        "在绘制的道路场景上的 SegNet：使用最大值的位置时平均 IoU 为 {networks/with indices/mean IoU of all pixels:.2f}，不使用时为 {networks/without indices/mean IoU of all pixels:.2f}；边界附近分别为 {networks/with indices/mean IoU of pixels near borders:.2f} 和 {networks/without indices/mean IoU of pixels near borders:.2f}；以及前方可行驶的道路",
    ),
    "ch08/dqn": (
        "agents that learn from rewards: Q-learning finds the optimal policy of a grid world; a Deep Q-Network learns Catch ({games/Catch/with both/returns/0:.2f} of 1, like the four other seeds) and a small Breakout ({games/Breakout/with both/returns/0:.0f} bricks; random play {games/Breakout/random:.1f}) from pixels, and CartPole ({games/CartPole/with both/returns/0:.0f} of 500 steps); with an animated GIF",
        "只从奖励中学习的智能体：Q 学习在网格世界中找到最优策略；Deep Q-Network 从像素学会接球（{games/Catch/with both/returns/0:.2f}，满分 1，其余四个种子相同）和小型打砖块（{games/Breakout/with both/returns/0:.0f} 块；随机操作为 {games/Breakout/random:.1f} 块），并学会 CartPole（{games/CartPole/with both/returns/0:.0f} 步，上限 500）；附 GIF 动画",
    ),
    "ch08/object_detection": (
        "where are which digits: R-CNN and Faster R-CNN, mean average precision "
        "{networks/R-CNN/mAP/0.5:.2f} and {networks/Faster R-CNN/mAP/0.5:.2f}, the latter "
        "{times_as_fast:.0f} times as fast",
        "哪里有哪些数字：R-CNN 与 Faster R-CNN，平均精度均值 {networks/R-CNN/mAP/0.5:.2f} 和 "
        "{networks/Faster R-CNN/mAP/0.5:.2f}，后者快 {times_as_fast:.0f} 倍",
    ),
    "ch08/segmentation": (
        "a class for every pixel of scenes of digits: mean IoU {scores/mean IoU:.3f}, pixel accuracy {scores/pixel accuracy:.3f} ({scores/pixel accuracy, all ground:.3f} if all is ground); one pass over a scene gives the scores of {one pass/passes/every fourth pixel:d} windows; `--image FILE` for a photograph",
        "给数字场景中的每个像素分类：平均 IoU 为 {scores/mean IoU:.3f}，像素精度为 {scores/pixel accuracy:.3f}（全部判为背景时为 {scores/pixel accuracy, all ground:.3f}）；对整个场景做一次正向传播，即得到 {one pass/passes/every fourth pixel:d} 个窗口的得分；可用 `--image FILE` 指定照片",
    ),
    "ch08/captions": (
        "a network writes sentences about scenes of digits: {scores/test scenes/beam search/exact match:.0%} are exactly the correct ones, {scores/held-out pairs/beam search/exact match:.0%} of those about pairs held out from training; LSTM and RNN, greedy and beam search; `--image FILE` for a photograph",
        "网络用一句话描述数字场景：{scores/test scenes/beam search/exact match:.0%} 的句子完全正确；对训练中从未出现的数字组合为 {scores/held-out pairs/beam search/exact match:.0%}；比较 LSTM 与 RNN、贪心搜索与束搜索；可用 `--image FILE` 指定照片",
    ),
    "ch08/restricted_boltzmann": (
        "a restricted Boltzmann machine draws digits and fills in covered halves (mean squared error {errors of the covered half/machine:.3f}; mean image {errors of the covered half/mean image:.3f}); as pretraining of four sigmoid layers, with 1,000 labels: test accuracy {mean accuracy/pretrained/1000:.3f}, {mean accuracy/Xavier/1000:.3f} from Xavier weights",
        "受限玻尔兹曼机：画数字，补全被遮住的一半（均方误差 {errors of the covered half/machine:.3f}，平均图像为 {errors of the covered half/mean image:.3f}）；用来预训练四个 sigmoid 层，有 1,000 个标签时测试精度为 {mean accuracy/pretrained/1000:.3f}，Xavier 初始值为 {mean accuracy/Xavier/1000:.3f}",
    ),
    "ch08/self_play": (
        "tic-tac-toe learned from games against itself: {without a lost game:d} of 5 networks lose no game, whatever the opponent plays",
        "通过自我对弈学会井字棋：5 个网络中有 {without a lost game:d} 个无论对手怎么下都不输一局",
    ),
    "ch08/dcgan": (
        "a generator learns to deceive a discriminator: first numbers from a Gaussian, then digits; DeepConvNet classifies {scores/confident:.0%} of the generated digits with a probability above 0.9; the nearest training digit is at a median distance of {distances/generated:.1f} (from test digits: {distances/test digits:.1f})",
        "生成器学习骗过判别器：先是服从高斯分布的数，再是手写数字；DeepConvNet 以高于 0.9 的概率对其中 {scores/confident:.0%} 的生成数字做出分类；到最近的训练数字的距离的中位数为 {distances/generated:.1f}（测试数字为 {distances/test digits:.1f}）",
    ),
    "ch08/style_transfer": (
        "a photograph in the style of a painting: the image learns, {images/hopper in the style of night, trained filters/style left:.2%} of the Gram distance is left; `--content FILE --style FILE` for two of your pictures",
        "把照片变成某幅画的风格：被学习的是图像本身，格拉姆矩阵的距离只剩 {images/hopper in the style of night, trained filters/style left:.2%}；可用 `--content FILE --style FILE` 指定两张图片",
    ),
}
