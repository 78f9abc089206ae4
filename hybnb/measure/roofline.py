"""How long an op should take at least, from its name and shapes: the larger of arithmetic and memory traffic.

The figures are counts of floating-point operations and of bytes, good to a factor of two; an op that isn't listed has
no estimate. `DEAR` gives the cost of one element in units of one read or written element: exp and its like are bound
by arithmetic on a CPU, not by memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod, sqrt
from typing import Final

from hybnb.model import Calibration, OpRecord

Shape = tuple[int, ...]


def names(text: str) -> frozenset[str]:
    """Names written one after the other."""
    return frozenset(text.split())


#: Reads and writes every element once.
PLAIN: Final = names(
    """Abs Add AddN AddV2 All Any BiasAdd BiasAddGrad Bitcast BitwiseAnd BitwiseOr BitwiseXor BroadcastTo Cast Ceil
    ClipByValue Concat ConcatV2 Conj Div DivNoNan Diag DiagPart Equal EuclideanNorm Fill Floor Greater GreaterEqual
    Imag Inv InvGrad Invert IsFinite IsInf IsNan L2Loss LeakyRelu LeakyReluGrad Less LessEqual LogicalAnd LogicalNot
    LogicalOr MatrixDiagPartV3 MatrixDiagV3 MatrixSetDiagV3 Max Maximum Mean Min Minimum Mul MulNoNan Neg NotEqual
    OnesLike Pack Pad PadV2 MirrorPad Prod Range Real RealDiv Reciprocal ReciprocalGrad Relu Relu6 Relu6Grad ReluGrad
    Rint Round Select SelectV2 Sign Slice Split SplitV Sqrt SqrtGrad Square SquaredDifference StridedSlice
    StridedSliceGrad Sub Sum Tile Unpack Where ZerosLike Complex ComplexAbs LinSpace MatrixBandPart
    TensorScatterUpdate TensorScatterAdd OneHot AssignVariableOp AssignAddVariableOp AssignSubVariableOp"""
)

#: Touches no data: shapes, metadata, a new name for the same buffer.
FREE: Final = names(
    """BroadcastGradientArgs ConcatOffset Const EnsureShape ExpandDims Identity IdentityN NoOp PreventGradient Rank
    ReadVariableOp Reshape Shape ShapeN Size Snapshot Squeeze StopGradient VarHandleOp VarIsInitializedOp VariableShape"""
)

#: Cost of an element beside that of reading or writing one.
DEAR: Final[Mapping[float, str]] = {
    2.0: "ArgMax ArgMin CheckNumerics FloorDiv FloorMod Mod Transpose InvertPermutation ReverseV2 Roll Gather GatherV2",
    3.0: """Exp Log Log1p Expm1 Rsqrt RsqrtGrad Sigmoid SigmoidGrad Tanh TanhGrad Softplus SoftplusGrad Softsign
    SoftsignGrad Elu EluGrad Selu SeluGrad LogSoftmax Softmax AvgPool AvgPoolGrad MaxPool MaxPoolGrad
    AvgPool3D MaxPool3D FusedBatchNormV3 FusedBatchNormGradV3 LRN SparseSoftmaxCrossEntropyWithLogits
    SoftmaxCrossEntropyWithLogits GatherNd SpaceToBatchND BatchToSpaceND DepthToSpace SpaceToDepth Xdivy""",
    8.0: """Acos Acosh Asin Asinh Atan Atan2 Atanh Cos Cosh Erf Erfc Erfinv Ndtri Pow Sin Sinh Tan Xlogy Xlog1py
    RandomUniform RandomUniformInt StatelessRandomUniform StatelessRandomUniformV2 StatelessRandomUniformIntV2
    StatefulUniform""",
    12.0: "Cumsum Cumprod",
    20.0: "Betainc Digamma Igamma Igammac Lgamma Polygamma Zeta",
    40.0: "RandomStandardNormal StatelessRandomNormal StatelessRandomNormalV2 StatefulStandardNormalV2",
    80.0: "TruncatedNormal StatelessTruncatedNormal StatelessTruncatedNormalV2 StatefulTruncatedNormal",
}

#: A depthwise convolution reuses little of what it reads and stays this far below the speed of a matmul.
DEPTHWISE: Final = 8.0

#: Optimizer updates in place: how often the gradient's size is read or written.
UPDATES: Final[Mapping[str, float]] = {
    "ResourceApplyGradientDescent": 3.0,
    "ResourceApplyMomentum": 5.0,
    "ResourceApplyKerasMomentum": 5.0,
    "ResourceApplyAdagradV2": 6.0,
    "ResourceApplyRMSProp": 8.0,
    "ResourceApplyAdam": 8.0,
    "ResourceApplyAdadelta": 9.0,
}


def floor_seconds(op: OpRecord, calibration: Calibration) -> float | None:
    """Seconds the op takes at best on this machine; None when nothing is known of the op."""
    if op.name in FREE:
        return 0.0
    flops, traffic = flops_of(op), ELEMENT_COST.get(op.name)
    if flops is None and traffic is None:
        return None
    moved = op.bytes * (traffic or 1.0)
    return max((flops or 0.0) / calibration.matmul_flops, moved / calibration.stream_bytes)


def flops_of(op: OpRecord) -> float | None:
    """Floating-point operations of the ops that multiply matrices in one way or another; None for the others."""
    count = PRODUCTS.get(op.name)
    if count is None or not op.input_shapes or not op.output_shapes:
        return None
    try:
        return count(op.input_shapes, op.output_shapes[0])
    except (IndexError, ZeroDivisionError):
        return None


def _matmul(inputs: tuple[Shape, ...], output: Shape) -> float:
    """2·m·k·n; the inner length follows from the left operand, transposed or not."""
    left = inputs[0]
    inner = left[-1] * left[-2] / output[-2]
    return 2.0 * prod(output) * inner


def _einsum(inputs: tuple[Shape, ...], output: Shape) -> float:
    """Of two operands; too high by the square root of the batch, which only makes the bound looser."""
    if len(inputs) != 2:
        return float(prod(inputs[0]))
    inner = sqrt(prod(inputs[0]) * prod(inputs[1]) / prod(output))
    return 2.0 * prod(output) * inner


def _convolution(inputs: tuple[Shape, ...], output: Shape) -> float:
    """Every element of the output takes one filter's worth of multiplications."""
    kernel = inputs[1]
    return 2.0 * prod(output) * prod(kernel) / kernel[-1]


def _depthwise(inputs: tuple[Shape, ...], output: Shape) -> float:
    return DEPTHWISE * 2.0 * prod(output) * prod(inputs[1][:-2])


def _convolution_to_input(inputs: tuple[Shape, ...], _output: Shape) -> float:
    """Inputs are sizes, filter, gradient."""
    kernel, gradient = inputs[1], inputs[2]
    return 2.0 * prod(gradient) * prod(kernel) / kernel[-1]


def _convolution_to_filter(inputs: tuple[Shape, ...], output: Shape) -> float:
    """Inputs are images, sizes, gradient; the output is the filter's gradient."""
    gradient = inputs[2]
    return 2.0 * prod(gradient) * prod(output) / output[-1]


def _depthwise_to_input(inputs: tuple[Shape, ...], _output: Shape) -> float:
    return DEPTHWISE * 2.0 * prod(inputs[2]) * prod(inputs[1][:-2])


def _depthwise_to_filter(inputs: tuple[Shape, ...], output: Shape) -> float:
    return DEPTHWISE * 2.0 * prod(inputs[2]) * prod(output[:-2])


def _block_lstm(inputs: tuple[Shape, ...], _output: Shape) -> float:
    """Inputs are length, x [time, batch, width], cell, state, weights [width + units, 4·units] …."""
    sequence, weights = inputs[1], inputs[4]
    return 2.0 * sequence[0] * sequence[1] * prod(weights)


def _gru_cell(inputs: tuple[Shape, ...], _output: Shape) -> float:
    """Inputs are x [batch, width], state, gate weights, candidate weights …."""
    return 2.0 * inputs[0][0] * (prod(inputs[2]) + prod(inputs[3]))


def _lstm_cell(inputs: tuple[Shape, ...], _output: Shape) -> float:
    """Inputs are x [batch, width], cell, state, weights …."""
    return 2.0 * inputs[0][0] * prod(inputs[3])


PRODUCTS: Final[Mapping[str, Callable[[tuple[Shape, ...], Shape], float]]] = {
    "MatMul": _matmul,
    "BatchMatMul": _matmul,
    "BatchMatMulV2": _matmul,
    "BatchMatMulV3": _matmul,
    "Einsum": _einsum,
    "Conv2D": _convolution,
    "Conv3D": _convolution,
    "DepthwiseConv2dNative": _depthwise,
    "Conv2DBackpropInput": _convolution_to_input,
    "Conv3DBackpropInputV2": _convolution_to_input,
    "Conv2DBackpropFilter": _convolution_to_filter,
    "Conv3DBackpropFilterV2": _convolution_to_filter,
    "DepthwiseConv2dNativeBackpropInput": _depthwise_to_input,
    "DepthwiseConv2dNativeBackpropFilter": _depthwise_to_filter,
    "BlockLSTM": _block_lstm,
    "BlockLSTMV2": _block_lstm,
    "GRUBlockCell": _gru_cell,
    "LSTMBlockCell": _lstm_cell,
}

ELEMENT_COST: Final[Mapping[str, float]] = {
    **dict.fromkeys(PLAIN, 1.0),
    **{name: cost for cost, text in DEAR.items() for name in text.split()},
    **UPDATES,
}
