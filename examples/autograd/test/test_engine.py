import math
import unittest

from engine import OPERATIONS, grad


class Engine(unittest.TestCase):
    def test_the_slope_of_a_product(self):
        square = lambda x: OPERATIONS["mul"](x, x)
        self.assertEqual(grad(lambda x: OPERATIONS["sin"](square(x)))(2.0), [4 * math.cos(4)])

    def test_the_cube_root_which_autograd_lacks(self):
        self.assertAlmostEqual(grad(OPERATIONS["cbrt"])(8.0)[0], 1 / 12)
