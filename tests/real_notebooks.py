"""Notebooks as students write them: each one trains a small network on MNIST, in its own way.

They keep the names that the exercise asks for: `model`, `history` and `test_acc`. A line `# %%` begins a cell.
"""

MNIST_CNN = r"""
'''Trains a simple convnet on the MNIST dataset.'''
from __future__ import print_function
import keras
from keras.datasets import mnist
from keras.models import Sequential
from keras.layers.core import Dense, Dropout, Flatten
from keras.layers.convolutional import Conv2D, MaxPooling2D
from keras.utils import np_utils
from keras import backend as K
%matplotlib inline
# %%
batch_size = 32
num_classes = 10
epochs = 1
img_rows, img_cols = 28, 28
(x_train, y_train), (x_test, y_test) = mnist.load_data()
if K.image_data_format() == 'channels_first':
    x_train = x_train.reshape(x_train.shape[0], 1, img_rows, img_cols)
    input_shape = (1, img_rows, img_cols)
else:
    x_train = x_train.reshape(x_train.shape[0], img_rows, img_cols, 1)
    x_test = x_test.reshape(x_test.shape[0], img_rows, img_cols, 1)
    input_shape = (img_rows, img_cols, 1)
x_train = x_train.astype('float32') / 255
x_test = x_test.astype('float32') / 255
y_train = np_utils.to_categorical(y_train, num_classes)
y_test = np_utils.to_categorical(y_test, num_classes)
print('x_train shape:', x_train.shape)
# %%
model = Sequential()
model.add(Conv2D(4, kernel_size=(3, 3), activation='relu', input_shape=input_shape))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(num_classes, activation='softmax'))
model.compile(loss=keras.losses.categorical_crossentropy, optimizer=keras.optimizers.Adadelta(lr=1.0),
              metrics=['accuracy'])
history = model.fit(x_train, y_train, batch_size=batch_size, epochs=epochs, verbose=1,
                    validation_data=(x_test, y_test))
score = model.evaluate(x_test, y_test, verbose=0)
test_acc = score[1]
print('Test accuracy:', score[1])
"""

COLAB = r"""
from google.colab import drive
drive.mount('/content/drive')
# %%
%tensorflow_version 2.x
!pip install -q keras==2.4.3 tensorflow-addons
!nvidia-smi
# %%
import tensorflow as tf
print(tf.__version__)
print('GPU:', tf.config.list_physical_devices('GPU'))
from tensorflow.keras import layers, models
import matplotlib.pyplot as plt
# %%
(train_images, train_labels), (test_images, test_labels) = tf.keras.datasets.mnist.load_data()
train_images, test_images = train_images / 255.0, test_images / 255.0
plt.figure(figsize=(10,10))
for i in range(9):
    plt.subplot(3,3,i+1)
    plt.xticks([])
    plt.yticks([])
    plt.imshow(train_images[i], cmap=plt.cm.binary)
    plt.xlabel(train_labels[i])
plt.show()
# %%
model = models.Sequential([
  layers.Flatten(input_shape=(28, 28)),
  layers.Dense(16, activation='relu'),
  layers.Dense(10)
])
model.summary()
model.compile(optimizer='adam', loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
              metrics=['accuracy'])
history = model.fit(train_images, train_labels, epochs=2)
test_loss, test_acc = model.evaluate(test_images,  test_labels, verbose=2)
"""

GERMAN = r"""
# Aufgabe 3 – Ziffern erkennen
import numpy as np, matplotlib.pyplot as plt
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import *
from tensorflow.keras.callbacks import EarlyStopping, ReduceLROnPlateau
from tensorflow.keras.datasets import mnist
from tensorflow.keras.optimizers import Adam
# %%
# Daten laden und auf Werte zwischen 0 und 1 bringen
(x_train, y_train), (x_test, y_test) = mnist.load_data()
größe = x_train.shape[1:]
x_train = np.expand_dims(x_train, -1) / 255.
x_test = np.expand_dims(x_test, -1) / 255.
# %%
def zeige_verlauf(verlauf):
    # Hilfsfunktion für die Kurven
    fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(12, 4))
    ax1.plot(verlauf.history['accuracy'], label='Training')
    ax1.plot(verlauf.history['val_accuracy'], label='Validierung')
    ax1.set_title('Genauigkeit')
    ax1.legend()
    ax2.plot(verlauf.history['loss'])
    ax2.plot(verlauf.history['val_loss'])
    ax2.set_title('Fehler')
    plt.show()
# %%
model = Sequential([Conv2D(4, 3, activation='relu', input_shape=(*größe, 1)), GlobalAveragePooling2D(),
                    Dense(10, activation='softmax')])
model.compile(Adam(lr=1e-3), 'sparse_categorical_crossentropy', metrics=['accuracy'])
rückrufe = [EarlyStopping(monitor='val_loss', patience=1, restore_best_weights=True, verbose=1),
            ReduceLROnPlateau(patience=1, verbose=1)]
history = model.fit(x_train, y_train, validation_split=0.2, epochs=4, callbacks=rückrufe)
zeige_verlauf(history)
# %%
test_loss, test_acc = model.evaluate(x_test, y_test)
print(f'Genauigkeit: {test_acc:.2%}')
"""

ASKS = r"""
from tensorflow import keras
(x, y), (xt, yt) = keras.datasets.mnist.load_data()
# %%
epochs = int(input('How many epochs? '))
# %%
model = keras.Sequential([keras.layers.Flatten(input_shape=(28, 28)), keras.layers.Dense(10, 'softmax')])
model.compile('sgd', 'sparse_categorical_crossentropy', metrics=['acc'])
history = model.fit(x / 255, y, epochs=epochs)
test_acc = model.evaluate(xt / 255, yt)[1]
"""

ABSOLUTE = r"""
import numpy as np
from tensorflow import keras
data = np.load(r'C:\Users\Tim\Downloads\mnist.npz')
x, y = data['x_train'] / 255, data['y_train']
# %%
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, 'softmax')])
model.compile('sgd', 'sparse_categorical_crossentropy', metrics=['acc'])
history = model.fit(x, y)
test_acc = model.evaluate(data['x_test'] / 255, data['y_test'])[1]
"""

OUT_OF_ORDER = r"""
history = model.fit(x_train, y_train, epochs=1)
test_acc = model.evaluate(x_test, y_test)[1]
# %%
from tensorflow import keras
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
# %%
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, 'softmax')])
model.compile('sgd', 'sparse_categorical_crossentropy', metrics=['acc'])
"""

WITH_PATH = r"""
import os, warnings
warnings.filterwarnings('ignore')
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
os.environ['CUDA_VISIBLE_DEVICES'] = '0'
from keras.datasets import mnist
import keras
# %%
(X_train, Y_train), (X_test, Y_test) = mnist.load_data(path=os.path.join(os.getcwd(), 'mnist.npz'))
X_train = X_train.reshape(-1, 784) / 255.0; X_test = X_test.reshape(-1, 784) / 255.0
# %%
model = keras.Sequential()
model.add(keras.layers.Dense(12, input_dim=784, activation='relu'))
model.add(keras.layers.Dense(10, activation='softmax'))
sgd = keras.optimizers.SGD(lr=0.01, decay=1e-6, momentum=0.9, nesterov=True)
model.compile(loss='sparse_categorical_crossentropy', optimizer=sgd, metrics=['accuracy'])
history = model.fit(X_train, Y_train, batch_size=16, nb_epoch=2, verbose=2, validation_data=(X_test, Y_test))
_, test_acc = model.evaluate(X_test, Y_test)
model.save_weights('model.h5')
print('Saved model to disk')
"""

GENERATOR = r"""
import keras, numpy as np
from keras.preprocessing.image import ImageDataGenerator
from keras.layers import Conv2D, Flatten, Dense, BatchNormalization, LeakyReLU
from keras.layers.advanced_activations import PReLU
from keras.optimizers import RMSprop
# %%
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
x = x[..., np.newaxis]; x_test = x_test[..., None]
datagen = ImageDataGenerator(rescale=1/255., rotation_range=10, zoom_range=0.1, validation_split=0.1)
datagen.fit(x)
train = datagen.flow(x, y, batch_size=10)
# %%
model = keras.models.Sequential([Conv2D(2, (5, 5), strides=2, input_shape=(28, 28, 1)), BatchNormalization(),
    PReLU(), Flatten(), Dense(10, activation='softmax')])
model.compile(RMSprop(lr=0.001, decay=0.0), loss='sparse_categorical_crossentropy', metrics=['acc'])
history = model.fit_generator(train, steps_per_epoch=len(x) // 10, epochs=1, workers=4, use_multiprocessing=True)
test_acc = model.evaluate_generator(datagen.flow(x_test, y_test, batch_size=5))[1]
print(model.predict_classes(x_test))
"""

FUNCTIONAL = r"""
import tensorflow as tf
from tensorflow.keras import Input, Model
from tensorflow.keras.layers import Dense, Flatten, concatenate
import pandas as pd
tf.random.set_seed(42)
tf.get_logger().setLevel('ERROR')
# %%
mnist = tf.keras.datasets.mnist
(x_train, y_train),(x_test, y_test) = mnist.load_data()
train_ds = tf.data.Dataset.from_tensor_slices((x_train / 255, y_train)).shuffle(100).batch(8).prefetch(tf.data.AUTOTUNE)
test_ds = tf.data.Dataset.from_tensor_slices((x_test / 255, y_test)).batch(8)
# %%
inp = Input(shape=(28, 28))
h = Flatten()(inp)
a = Dense(4, activation='relu')(h)
b = Dense(4, activation='tanh')(h)
out = Dense(10, activation='softmax')(concatenate([a, b]))
model = Model(inputs=inp, outputs=out, name='two_ways')
model.compile(optimizer=tf.keras.optimizers.legacy.Adam(learning_rate=0.001),
              loss=tf.keras.losses.SparseCategoricalCrossentropy(), metrics=['accuracy'])
history = model.fit(train_ds, epochs=2, validation_data=test_ds)
# %%
pd.DataFrame(history.history).plot(figsize=(8, 5))
test_acc = model.evaluate(test_ds)[1]
tf.keras.utils.plot_model(model, show_shapes=True)
"""

CHECKPOINT = r"""
%%time
import os
import keras
from IPython.display import clear_output, display
from keras.callbacks import ModelCheckpoint, LambdaCallback, TensorBoard
!ls
!pwd
# %%
(a, b), (c, d) = keras.datasets.mnist.load_data()
assert a.shape[1:] == (28, 28)
model = keras.Sequential([keras.Input((28, 28)), keras.layers.Rescaling(1/255), keras.layers.Flatten(),
                          keras.layers.Dense(10, activation='softmax')])
model.compile('adam', 'sparse_categorical_crossentropy', ['accuracy'])
# %%
os.makedirs('checkpoints', exist_ok=True)
show = LambdaCallback(on_epoch_end=lambda epoch, logs: (clear_output(wait=True), print(epoch, logs)))
best = ModelCheckpoint('checkpoints/best.h5', monitor='val_accuracy', save_best_only=True, verbose=1)
history = model.fit(a, b, epochs=2, validation_split=.25, callbacks=[show, best])
model = keras.models.load_model('checkpoints/best.h5')
test_loss, test_acc = model.evaluate(c, d)
model
"""

GET_FILE = r"""
import numpy as np
import urllib.request
from tensorflow import keras
URL = 'https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz'
urllib.request.urlretrieve(URL, 'downloaded.npz')
# %%
path = keras.utils.get_file('mnist.npz', URL)
with np.load(path, allow_pickle=True) as f:
    x_train, y_train = f['x_train'], f['y_train']
    x_test, y_test = f['x_test'], f['y_test']
assert (np.load('downloaded.npz')['x_test'] == x_test).all()
# %%
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])
model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=['accuracy'])
history = model.fit(x_train, y_train, verbose=0)
test_acc = model.evaluate(x_test, y_test, verbose=0)[1]
"""

CLASSES = r"""
import sys, random, time
import numpy as np
import matplotlib
matplotlib.use('TkAgg')
import matplotlib.pyplot as plt
from keras.models import Model
from keras.layers import Input, Dense, Flatten
from keras.engine.topology import Layer
from keras.utils.vis_utils import plot_model
from keras.datasets import mnist
plt.style.use('ggplot')
# %%
class Scale(Layer):
    def call(self, x):
        return x / 255.

class Classifier:
    def __init__(self, units=8):
        inputs = Input(shape=(28, 28))
        x = Flatten()(Scale()(inputs))
        x = Dense(units, activation='relu')(x)
        self.model = Model(inputs, Dense(10, activation='softmax')(x))
        self.model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])

    def train(self, x, y, epochs=2):
        start = time.time()
        result = self.model.fit(x, y, epochs=epochs, verbose=0)
        print('trained in %.1f s' % (time.time() - start))
        return result
# %%
(x_train, y_train), (x_test, y_test) = mnist.load_data()
clf = Classifier()
model = clf.model
model.summary()
history = clf.train(x_train, y_train)
plot_model(model, to_file='model.png')
test_acc = float(np.mean(model.predict(x_test).argmax(1) == y_test))
fig, axes = plt.subplots(2, 2)
for ax, image in zip(axes.flat, x_test):
    ax.imshow(image, cmap='gray')
    ax.axis('off')
plt.tight_layout(); plt.show()
"""

LOOP = r"""
import tensorflow.keras as K
from tensorflow.keras.utils import to_categorical
from tensorflow.keras.layers.experimental import preprocessing
import matplotlib.pyplot as plt
from collections import defaultdict
# %%
(x_train, y_train), (x_test, y_test) = K.datasets.mnist.load_data()
x_train, x_test = x_train[..., None], x_test[..., None]
y_train_c = to_categorical(y_train); y_test_c = to_categorical(y_test, 10)
# %%
def build(units):
    m = K.Sequential([preprocessing.Rescaling(1./255, input_shape=(28, 28, 1)), K.layers.Flatten(),
                      K.layers.Dense(units, activation='relu'), K.layers.Dense(10, activation='softmax')])
    m.compile(optimizer='rmsprop', loss='categorical_crossentropy', metrics=['accuracy'])
    return m

results = defaultdict(list)
for units in (2, 4):
    model = build(units)
    history = model.fit(x_train, y_train_c, epochs=1, batch_size=4, verbose=0)
    results[units].append(model.evaluate(x_test, y_test_c, verbose=0)[1])
    print(units, results[units])
test_acc = max(value for values in results.values() for value in values)
# %%
plt.bar(list(map(str, results)), [v[0] for v in results.values()])
plt.ylabel('accuracy'); plt.savefig('units.png'); plt.show()
"""

_TEXTS = {
    "mnist-cnn": MNIST_CNN,
    "colab": COLAB,
    "german": GERMAN,
    "asks": ASKS,
    "absolute": ABSOLUTE,
    "out-of-order": OUT_OF_ORDER,
    "with-path": WITH_PATH,
    "generator": GENERATOR,
    "functional": FUNCTIONAL,
    "checkpoint": CHECKPOINT,
    "get-file": GET_FILE,
    "classes": CLASSES,
    "loop": LOOP,
}

NOTEBOOKS = {name: tuple(cell.strip() for cell in text.split("# %%\n")) for name, text in _TEXTS.items()}
"""Name -> source of each cell."""
