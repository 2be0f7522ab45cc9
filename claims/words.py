"""What one will see in each experiment, in English and in Chinese: the table of the READMEs.

``{path:.4f}`` is a number of the results, see `claims.claim.look_up`.
"""

WORDS = {
    "ch01/hungry": (
        "a first statement; a first class",
        "第一条语句；第一个类",
    ),
    "ch01/tour": (
        "Python and NumPy, example by example, each run and checked",
        "Python 和 NumPy，逐个例子运行并核对",
    ),
    "ch01/simple_graph": (
        "sine and cosine, bare and finished",
        "正弦和余弦，从最简到完整",
    ),
    "ch01/img_show": (
        "a photograph, or `--image FILE`",
        "一张照片，或用 `--image FILE` 指定",
    ),
    "ch02/perceptron": (
        "weights, bias and the line they draw; try your own",
        "权重、偏置和它们画出的直线；可以自己试",
    ),
    "ch02/and_gate": (
        "one perceptron, three gates",
        "一个感知机，三种门电路",
    ),
    "ch02/xor_gate": (
        "XOR by two layers; no single perceptron does it",
        "两层实现异或；单个感知机做不到",
    ),
    "ch02/learning_rule": (
        "AND, NAND and OR are learned in a few passes, XOR never",
        "与、与非、或只需几遍就能学会，异或永远学不会",
    ),
    "ch02/nand_computer": (
        "adders, a decoder and an ALU from NAND alone, tried with every input",
        "只用与非门搭成的加法器、译码器和 ALU，试遍所有输入",
    ),
    "ch02/universal_approximation": (
        "two layers of neurons follow a curve",
        "两层神经元拟合一条曲线",
    ),
    "ch03/step_function": (
        "the activation functions",
        "激活函数",
    ),
    "ch03/arrays": (
        "shapes and matrix products, each example run and checked",
        "形状和矩阵乘积，逐个例子运行并核对",
    ),
    "ch03/three_layer_network": (
        "a 2-3-2-2 network, layer by layer: 0.3168, 0.6963",
        "一个 2-3-2-2 网络，逐层计算：0.3168, 0.6963",
    ),
    "ch03/softmax": (
        "the formula that overflows, and the one that does not",
        "会溢出的公式，和不会溢出的公式",
    ),
    "ch03/mnist_show": (
        "the first training image, a 5, and a hundred more",
        "第一张训练图像是 5，另有一百张",
    ),
    "ch03/neuralnet_mnist": (
        "10,000 digits read one by one: 0.9838 (the book: 0.9352); in batches many times as fast",
        "逐个识别 10,000 个数字：0.9838（书中：0.9352）；批处理快很多倍",
    ),
    "ch03/my_digits": (
        "your own handwriting: `--image FILE`, a photograph in, each digit found and read, with its probability; without a file a page is drawn: 19 of 20 right",
        "识别你自己的手写数字：`--image FILE` 读入一张照片，找出并识别其中每个数字，给出概率；不给文件时自动画一页：20 个中答对 19 个",
    ),
    "ch03/preprocessing": (
        "centring, scaling, whitening",
        "均值归零、缩放、白化",
    ),
    "ch03/preprocessing_accuracy": (
        "test accuracy with pixels of 0 to 255: 0.82; divided by 255, centred and scaled, or whitened: 0.966 to 0.969, the latter two sooner",
        "像素为 0 至 255 时的测试精度：0.82；除以 255、均值归零并缩放、或白化：0.966 至 0.969，后两种学得更快",
    ),
    "ch03/train_sample_weight": (
        "makes the weights that come with it: 0.9838",
        "训练出随附的权重：0.9838",
    ),
    "ch04/loss_functions": (
        "what a good and a bad guess cost: 0.51 and 2.30",
        "好的猜测和坏的猜测的代价：0.51 和 2.30",
    ),
    "ch04/why_not_accuracy": (
        "the derivative of the accuracy is 0, that of the loss is not",
        "精度的导数为 0，损失的导数不为零",
    ),
    "ch04/numerical_diff": (
        "differences: drowned in rounding, one-sided, central",
        "差分：被舍入误差淹没的、单侧的、中心的",
    ),
    "ch04/gradient_1d": (
        "slopes, tangents, a surface and its gradient",
        "斜率、切线、曲面及其梯度",
    ),
    "ch04/gradient_method": (
        "gradient descent with three learning rates",
        "三种学习率的梯度下降法",
    ),
    "ch04/gradient_simplenet": (
        "the gradient of a network of six weights",
        "六个权重的网络的梯度",
    ),
    "ch04/two_layer_net": (
        "everything by hand: 0.9471 of the test digits; `--gradient numerical` for the patient",
        "所有公式都自己编写：测试精度 0.9471；有耐心的读者可用 `--gradient numerical`",
    ),
    "ch05/buy_apple": (
        "a computational graph forward and backward: 715; 110, 2.2, 3.3, 165, 650",
        "计算图的正向和反向：715; 110, 2.2, 3.3, 165, 650",
    ),
    "ch05/elementary_nodes": (
        "the sigmoid and Affine layers from their nodes",
        "由节点组成的 sigmoid 层和 Affine 层",
    ),
    "ch05/softmax_with_loss_graph": (
        "softmax with cross entropy node by node: the six steps back to y - t, loss 1.4057",
        "逐个节点计算 softmax 与交叉熵误差：反向传播六步到 y - t，损失 1.4057",
    ),
    "ch05/draw_graphs": (
        "computational graphs drawn as SVG, values above the edges (715), derivatives below (2.2)",
        "把计算图画成 SVG：边的上方是值（715），下方是导数（2.2）",
    ),
    "ch05/gradient_check": (
        "back-propagation against central differences: 3e-13 to 1e-10 apart, as in the book",
        "误差反向传播与中心差分的比较：相差 3e-13 至 1e-10，与书中一样",
    ),
    "ch05/train_neuralnet": (
        "the two-layer network trained by back-propagation: 0.9696",
        "用误差反向传播法训练两层网络：0.9696",
    ),
    "ch06/optimizer_compare_naive": (
        "four optimizers in a valley: AdaGrad comes nearest, by the shortest way; `--decay`",
        "四种优化方法走下山谷：AdaGrad 最终离最小值最近，路径也最短；`--decay`",
    ),
    "ch06/optimizer_compare_mnist": (
        "losses at the end: SGD 0.228, Momentum 0.077, AdaGrad 0.064, Adam 0.051",
        "最终的损失：SGD 0.228，Momentum 0.077，AdaGrad 0.064，Adam 0.051",
    ),
    "ch06/weight_init_zero": (
        "equal first weights: all hidden neurons stay copies of each other, 0.37 against 0.94",
        "初始权重相同：隐藏层神经元始终互为副本，精度 0.37，而随机时为 0.94",
    ),
    "ch06/weight_init_activation_histogram": (
        "activations piled up, crowded, vanishing or well spread",
        "激活值堆积、集中、消失或分布得当",
    ),
    "ch06/weight_init_compare": (
        "a standard deviation of 0.01 learns nothing (loss 2.30), Xavier does (0.31), He sooner (0.23)",
        "标准差 0.01 什么也学不到（损失 2.30），Xavier 可以（0.31），He 更快（0.23）",
    ),
    "ch06/batch_norm_gradient_check": (
        "back-propagation through BatchNorm against central differences",
        "BatchNorm 的反向传播与中心差分的比较",
    ),
    "ch06/batch_norm_test": (
        "with BatchNorm networks learn from each of 16 scales of first weights; without it from three, two of which then learn faster than with it",
        "使用 BatchNorm 时，16 种初始权重尺度都能学习；不用时只有三种可以，其中两种反而比用 BatchNorm 时学得更快",
    ),
    "ch06/overfit_weight_decay": (
        "300 digits known by heart, 0.75 on the test data; weight decay narrows the gap from 0.25 to 0.19",
        "300 个数字全部背下，测试数据上只有 0.75；权值衰减把差距从 0.25 缩小到 0.19",
    ),
    "ch06/overfit_dropout": (
        "Dropout narrows the gap from 0.25 to 0.21 (ratio 0.15) or 0.12 (0.2), and learns more slowly",
        "Dropout 把差距从 0.25 缩小到 0.21（比例 0.15）或 0.12（0.2），但学得更慢",
    ),
    "ch06/hyperparameter_optimization": (
        "the best 20 of 100 random trials, up to 0.81 (the book: 0.83); `--method compare` for a grid and a Bayesian search beside it (1 min)",
        "100 次随机试验中最好的 20 次，最高 0.81（书中：0.83）；`--method compare` 并列网格搜索和贝叶斯优化（1 分钟）",
    ),
    "ch07/naive_convolution": (
        "convolution and pooling with plain loops, example by example, each run and checked",
        "用普通循环实现卷积和池化，逐个例子运行并核对",
    ),
    "ch07/pooling_shift": (
        "a shift that pooling does not notice; what shifts do to digits and to the answers",
        "池化察觉不到的平移；平移对数字和识别结果的影响",
    ),
    "ch07/simple_convnet": (
        "one convolution: 0.987 of the test digits after 20 epochs, 0.990 with `--threads 1` (the book: 0.9896); `--augment --decay --epochs 40 --lr 0.002` made the weights that come with it",
        "一个卷积层：20 个 epoch 后测试精度 0.987，加上 `--threads 1` 为 0.990（书中：0.9896）；随附的权重由 `--augment --decay --epochs 40 --lr 0.002` 得到",
    ),
    "ch07/gradient_check": (
        "back-propagation through convolution and pooling against central differences, kinks left out",
        "卷积和池化的反向传播与中心差分的比较，不计不可导的点",
    ),
    "ch07/visualize_filter": (
        "30 filters: noise before training, gradients and blobs after it; the correlation of neighbouring weights rises from -0.02 to 0.33",
        "30 个滤波器：训练前是噪声，训练后是渐变和斑块；相邻权重的相关系数从 -0.02 升到 0.33",
    ),
    "ch07/apply_filter": (
        "two learned filters that find vertical and horizontal edges in a photograph, or `--image FILE`",
        "两个学到的滤波器在照片中找出垂直和水平的边缘，也可用 `--image FILE`",
    ),
    "ch07/hierarchical_features": (
        "images and digits that excite units of each layer of a small AlexNet, from edges to whole digits; the part of one kind among them rises from 0.43 to 1.00",
        "使小型 AlexNet 各层神经元兴奋的图像和数字，从边缘到完整的数字；其中同一种数字所占的比例从 0.43 升到 1.00",
    ),
    "ch07/lenet": (
        "LeNet with 61,706 parameters, a small AlexNet with 60,636 (the real one: 60,965,224), layer by layer",
        "LeNet 有 61,706 个参数，小型 AlexNet 有 60,636 个（真正的 AlexNet：60,965,224 个），逐层列出",
    ),
    "ch07/representative_cnns": (
        "LeNet 0.979, with ReLU and max pooling instead 0.987, SimpleConvNet 0.981, small AlexNet 0.989 after 4 epochs, and what each costs",
        "4 个 epoch 之后：LeNet 0.979，换成 ReLU 和最大池化为 0.987，SimpleConvNet 0.981，小型 AlexNet 0.989，以及各自的代价",
    ),
    "ch07/train_alexnet": (
        "makes the small AlexNet's weights that come with it, with `--augment --decay --lr 0.002 --threads 1`: 0.9940",
        "用 `--augment --decay --lr 0.002 --threads 1` 训练出小型 AlexNet 随附的权重：0.9940",
    ),
    "ch08/deep_convnet": (
        "DeepConvNet layer by layer: six convolutions, two affine layers, 123,552 parameters",
        "逐层列出 DeepConvNet：六个卷积层、两个全连接层，共 123,552 个参数",
    ),
    "ch08/train_deepnet": (
        "test accuracy of {test_acc:.4f} after 20 epochs (the book: 0.9938); `--augment --decay --epochs 40 --lr 0.002` made the bundled weights",
        "20 个 epoch 后测试精度为 {test_acc:.4f}（书中：0.9938）；随附的权重由 `--augment --decay --epochs 40 --lr 0.002` 训练得到",
    ),
    "ch08/misclassified_mnist": (
        "the mistakes of DeepConvNet on 10,000 test digits (accuracy {accuracy:.4f}; the book: 0.9938), and which digits it confuses",
        "DeepConvNet 在 10,000 个测试数字上的错误（精度 {accuracy:.4f}；书中：0.9938），以及它混淆了哪些数字",
    ),
    "ch08/augmentation": (
        "digits rotated, shifted, scaled, cropped, brighter, flipped; an accuracy of {accuracy/rotated/15:.2f} after a rotation by 15 degrees, {accuracy/rotated/90:.2f} by 90",
        "旋转、平移、缩放、裁剪、变亮、翻转的数字；旋转 15 度后精度为 {accuracy/rotated/15:.2f}，旋转 90 度后为 {accuracy/rotated/90:.2f}",
    ),
    "ch08/augmentation_gain": (
        "trained on 100, 300, 1,000 digits: test accuracy of {accuracy/100/unchanged:.3f}, {accuracy/300/unchanged:.3f}, {accuracy/1000/unchanged:.3f}; with digits rotated, shifted and scaled: {accuracy/100/rotated, shifted, scaled:.3f}, {accuracy/300/rotated, shifted, scaled:.3f}, {accuracy/1000/rotated, shifted, scaled:.3f}; flips harm",
        "用 100、300、1,000 个数字训练：测试精度为 {accuracy/100/unchanged:.3f}、{accuracy/300/unchanged:.3f}、{accuracy/1000/unchanged:.3f}；加上旋转、平移、缩放：{accuracy/100/rotated, shifted, scaled:.3f}、{accuracy/300/rotated, shifted, scaled:.3f}、{accuracy/1000/rotated, shifted, scaled:.3f}；左右翻转则有害",
    ),
    "ch08/ensemble": (
        "test accuracy of five affine networks: {by_number/seven affine layers/0:.3f} on average, {by_number/seven affine layers/-1:.3f} together; of five convolutional ones {by_number/SmallConvNet/0:.3f} and {by_number/SmallConvNet/-1:.3f}",
        "五个全连接网络的测试精度：平均 {by_number/seven affine layers/0:.3f}，集成后 {by_number/seven affine layers/-1:.3f}；五个卷积网络：{by_number/SmallConvNet/0:.3f} 和 {by_number/SmallConvNet/-1:.3f}",
    ),
    "ch08/learning_rate_decay": (
        "no clear gain in six epochs: constant {test_acc/constant:.4f}, cosine {test_acc/cosine:.4f}, steps {test_acc/step:.4f}, exponential {test_acc/exponential:.4f}",
        "六个 epoch 内没有明显的好处：固定 {test_acc/constant:.4f}，余弦 {test_acc/cosine:.4f}，阶梯 {test_acc/step:.4f}，指数 {test_acc/exponential:.4f}",
    ),
    "ch08/dropconnect": (
        "300 training digits: the gap between training and test accuracy is {runs/none/gap:.3f}, with DropConnect {runs/DropConnect/gap:.3f}, with Dropout {runs/Dropout/gap:.3f}",
        "300 个训练数字：训练精度与测试精度之差为 {runs/none/gap:.3f}，使用 DropConnect 为 {runs/DropConnect/gap:.3f}，使用 Dropout 为 {runs/Dropout/gap:.3f}",
    ),
    "ch08/best_accuracy": (
        "an ensemble of four networks with a test accuracy of {together, moved:.4f} (the best in figure 8-3: 0.9979)",
        "四个网络的集成，测试精度为 {together, moved:.4f}（图 8-3 中的第一名：0.9979）",
    ),
    "ch08/receptive_field": (
        "two 3x3 filters see the same 5x5 pixels as one 5x5 filter, with 18 parameters instead of 25",
        "两层 3x3 滤波器与一层 5x5 滤波器看到的区域相同，参数为 18 个，而后者为 25 个",
    ),
    "ch08/ilsvrc": (
        "the winners from 2010 to 2015, down to 3.5 % top-5 error; DeepConvNet's top-k error on the test digits: 0.34 %, 0.04 %, 0",
        "2010 至 2015 年的冠军，top-5 错误率降到 3.5 %；DeepConvNet 在测试数字上的 top-k 错误率：0.34 %、0.04 %、0",
    ),
    "ch08/vgg": (
        "small ones for digits, layer by layer; the real VGG16 counted: 138,357,544 parameters; an Inception module; a residual block",
        "用于手写数字的小型网络，逐层列出；真正的 VGG16 有 138,357,544 个参数；Inception 模块；残差块",
    ),
    "ch08/famous_networks": (
        "on 10,000 digits: DeepConvNet 0.965, VGG 0.975, GoogLeNet 0.921, ResNet 0.975, and what each costs",
        "用 10,000 个数字训练：DeepConvNet 0.965，VGG 0.975，GoogLeNet 0.921，ResNet 0.975，以及各自的代价",
    ),
    "ch08/resnet_against_plain": (
        "8, 20, 32 layers: accuracies of 0.67, 0.78, 0.88 with shortcuts, 0.60, 0.53, 0.32 without; the gradients of each layer",
        "8、20、32 层：有快捷连接时精度为 0.67、0.78、0.88，没有时为 0.60、0.53、0.32；各层的梯度",
    ),
    "ch08/transfer_learning": (
        "digits 5 to 9 from 5 samples each: 0.71; what was learned from 0 to 4 makes that 0.77",
        "数字 5 至 9，每种 5 个样本：0.71；先学过 0 至 4 则为 0.77",
    ),
    "ch08/layer_times": (
        "the time of each layer of DeepConvNet: the convolutions take 81 % forward and 89 % backward, with 99.4 % of the multiply-adds",
        "DeepConvNet 各层的耗时：卷积层占正向的 81 %、反向的 89 %，占乘加运算的 99.4 %",
    ),
    "ch08/im2col_against_loops": (
        "one convolution in 5 ways with the same result: loops take 47 ms an image, one product of matrices 0.04 ms",
        "同一个卷积的 5 种算法，结果相同：循环每张图 47 毫秒，一次矩阵乘积 0.04 毫秒",
    ),
    "ch08/distributed_learning": (
        "the mean gradient of 10 parts is that of the whole to 1e-15; 2 threads are 1.8 times as fast; 2 models through the book's 56 times for 100 GPUs",
        "10 份梯度的平均等于整批的梯度（误差 1e-15）；2 个线程快到 1.8 倍；2 个经过书中“100 个 GPU 56 倍”的模型",
    ),
    "ch08/half_float_network": (
        "the same accuracy in float64, float32 and float16: {float64/accuracy:.4f}, {float32/accuracy:.4f}, {float16/accuracy:.4f}; float16 saves memory, but no time",
        "float64、float32 和 float16 的精度相同：{float64/accuracy:.4f}、{float32/accuracy:.4f}、{float16/accuracy:.4f}；float16 节省内存，但不节省时间",
    ),
    "ch08/binarized_network": (
        "weights of 1 bit: 0.9838 for 0.9873, with 34 kB for 1,075; signals of 1 bit too: 0.9695",
        "1 位的权重：0.9838（实数 0.9873），34 kB（实数 1,075 kB）；信号也用 1 位：0.9695",
    ),
}
