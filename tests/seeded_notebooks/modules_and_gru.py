# tf.Module, a GRU by hand, clipped gradients, stateful random ops inside and outside of functions.
import keras
import tensorflow as tf

keras.utils.set_random_seed(5)
# %%
class Affine(tf.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = tf.Variable(tf.random.normal((width, width)))
        self.bias = tf.Variable(tf.zeros((width,)))
        self.calls = 0

    def __call__(self, x):
        self.calls += 1
        return x @ self.weight + self.bias


class Stack(tf.Module):
    def __init__(self):
        super().__init__()
        self.parts = [Affine(4), Affine(4)]

    @tf.function
    def forward(self, x):
        for part in self.parts:
            x = tf.nn.dropout(tf.nn.relu(part(x)), 0.2)
        return x

    def eager(self, x):
        for part in self.parts:
            x = tf.nn.dropout(tf.nn.relu(part(x)), 0.2)
        return x
# %%
stack = Stack()
outputs = [stack.forward(tf.random.normal((3, 4))) for _ in range(3)]
outputs += [stack.eager(tf.random.normal((3, 4))) for _ in range(3)]
calls = [part.calls for part in stack.parts]
variable_names = [variable.name for variable in stack.variables]
print(calls, variable_names)
# %%
gru = keras.layers.GRU(6, return_sequences=True)
head = keras.layers.Dense(1)
sgd = keras.optimizers.SGD(0.1, momentum=0.9)
sequence = tf.random.normal((4, 7, 3))


def sequence_step(x):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(head(gru(x))))
    weights = gru.trainable_variables + head.trainable_variables
    clipped, norm = tf.clip_by_global_norm(tape.gradient(loss, weights), 1.0)
    sgd.apply_gradients(zip(clipped, weights))
    return loss, norm


for _ in range(5):
    loss, norm = sequence_step(sequence)
    print(float(loss).hex(), float(norm).hex())
# %%
def roll(steps):
    state = tf.zeros((2,))
    for step in range(steps):
        if tf.reduce_sum(state) > 1:
            state = state * 0.5
        state = state + tf.random.uniform((2,))
    return state


rolled = [roll(4).numpy().tolist(), tf.function(roll)(4).numpy().tolist(), roll(5).numpy().tolist()]
