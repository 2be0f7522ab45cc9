"""The examples of sections 1.3 and 1.5, by section: inputs, each with its output below it."""

SECTIONS = {
    "1.3 The interpreter": """
>>> 1 + 2
3
""",
    "1.3.1 Arithmetic: the quotient of two integers is a float": """
>>> 1 - 2
-1
>>> 4 * 5
20
>>> 7 / 5
1.4
>>> 3 ** 2
9
""",
    "1.3.2 Types": """
>>> type(10)
<class 'int'>
>>> type(2.718)
<class 'float'>
>>> type("hello")
<class 'str'>
""",
    "1.3.3 Variables: an int times a float is a float": """
>>> x = 10
>>> print(x)
10
>>> x = 100
>>> print(x)
100
>>> y = 3.14
>>> x * y
314.0
>>> type(x * y)
<class 'float'>
""",
    "1.3.4 Lists: indices start at 0, and a slice does not include its end": """
>>> a = [1, 2, 3, 4, 5]
>>> print(a)
[1, 2, 3, 4, 5]
>>> len(a)
5
>>> a[0], a[4]
(1, 5)
>>> a[4] = 99
>>> print(a)
[1, 2, 3, 4, 99]
>>> a[0:2]
[1, 2]
>>> a[1:]
[2, 3, 4, 99]
>>> a[:3]
[1, 2, 3]
>>> a[:-1]
[1, 2, 3, 4]
>>> a[:-2]
[1, 2, 3]
""",
    "1.3.5 Dictionaries: a value is found by its key": """
>>> me = {"height": 180}
>>> me["height"]
180
>>> me["weight"] = 70
>>> print(me)
{'height': 180, 'weight': 70}
""",
    "1.3.6 Booleans": """
>>> hungry, sleepy = True, False
>>> type(hungry)
<class 'bool'>
>>> not hungry
False
>>> hungry and sleepy
False
>>> hungry or sleepy
True
""",
    "1.3.7 if: the indented lines belong to it": """
>>> hungry = True
>>> if hungry:
...     print("I'm hungry")
I'm hungry
>>> hungry = False
>>> if hungry:
...     print("I'm hungry")
... else:
...     print("I'm not hungry")
...     print("I'm sleepy")
I'm not hungry
I'm sleepy
""",
    "1.3.8 for": """
>>> for i in [1, 2, 3]:
...     print(i)
1
2
3
""",
    "1.3.9 Functions: without an argument, then with one": """
>>> def hello():
...     print("Hello World!")
>>> hello()
Hello World!
>>> def hello(object):
...     print("Hello " + object + "!")
>>> hello("cat")
Hello cat!
""",
    "1.5.1, 1.5.2 NumPy and its arrays": """
>>> import numpy as np
>>> x = np.array([1.0, 2.0, 3.0])
>>> print(x)
[1. 2. 3.]
>>> type(x)
<class 'numpy.ndarray'>
""",
    "1.5.3 Array arithmetic: element by element, or with a single number": """
>>> import numpy as np
>>> x = np.array([1.0, 2.0, 3.0])
>>> y = np.array([2.0, 4.0, 6.0])
>>> x + y
array([3., 6., 9.])
>>> x - y
array([-1., -2., -3.])
>>> x * y
array([ 2.,  8., 18.])
>>> x / y
array([0.5, 0.5, 0.5])
>>> x + np.array([1.0, 2.0])  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
ValueError: operands could not be broadcast together with shapes (3,) (2,)
>>> x / 2.0
array([0.5, 1. , 1.5])
""",
    "1.5.4 Matrices (of integers: int64; before NumPy 2, int32 on Windows)": """
>>> import numpy as np
>>> A = np.array([[1, 2], [3, 4]], dtype=np.int64)
>>> print(A)
[[1 2]
 [3 4]]
>>> A.shape
(2, 2)
>>> A.dtype
dtype('int64')
>>> B = np.array([[3, 0], [0, 6]], dtype=np.int64)
>>> print(A + B)
[[ 4  2]
 [ 3 10]]
>>> print(A * B)
[[ 3  0]
 [ 0 24]]
>>> print(A * 10)
[[10 20]
 [30 40]]
""",
    "1.5.5 Broadcasting: the row is used for every row of A": """
>>> import numpy as np
>>> A = np.array([[1, 2], [3, 4]])
>>> print(A * np.array([10, 20]))
[[10 40]
 [30 80]]
""",
    "1.5.6 Elements: by index, by a list of indices, by a condition": """
>>> import numpy as np
>>> X = np.array([[51, 55], [14, 19], [0, 4]])
>>> X[0]
array([51, 55])
>>> print(X[0][1])
55
>>> for row in X:
...     print(row)
[51 55]
[14 19]
[0 4]
>>> X = X.flatten()
>>> X
array([51, 55, 14, 19,  0,  4])
>>> X[np.array([0, 2, 4])]
array([51, 14,  0])
>>> X > 15
array([ True,  True, False,  True, False, False])
>>> X[X > 15]
array([51, 55, 19])
""",
}
