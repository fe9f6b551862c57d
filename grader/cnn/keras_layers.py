"""The names of the layers of Keras, so that a misspelt one is noticed where Keras is not imported."""

_PER_AXES = (
    "AdaptiveAveragePooling AdaptiveMaxPooling AveragePooling AvgPool Conv ConvLSTM Convolution Cropping"
    " GlobalAveragePooling GlobalAvgPool GlobalMaxPool GlobalMaxPooling MaxPool MaxPooling SpatialDropout UpSampling"
    " ZeroPadding"
)
_OTHERS = (
    "Activation ActivityRegularization Add AdditiveAttention AlphaDropout Attention Average BatchNormalization"
    " Bidirectional CategoryEncoding CenterCrop Concatenate Dense DepthwiseConv1D DepthwiseConv2D Discretization Dot"
    " Dropout ELU EinsumDense Embedding Flatten GRU GaussianDropout GaussianNoise GroupNormalization Hashing Identity"
    " IntegerLookup LSTM Lambda LayerNormalization LeakyReLU Masking MaxNumBoundingBoxes Maximum MelSpectrogram Minimum"
    " MultiHeadAttention Multiply Normalization PReLU Permute RMSNormalization RNN RandomBrightness RandomContrast"
    " RandomCrop RandomFlip RandomRotation RandomTranslation RandomZoom ReLU RepeatVector Rescaling Reshape Resizing"
    " SeparableConv1D SeparableConv2D SeparableConvolution1D SeparableConvolution2D SimpleRNN Softmax"
    " SpectralNormalization StackedRNNCells StringLookup Subtract TextVectorization TimeDistributed UnitNormalization"
)

LAYERS = frozenset(
    [
        *_OTHERS.split(),
        *(f"{name}{axes}D" for name in _PER_AXES.split() for axes in (1, 2, 3)),
        *(f"{name}{axes}DTranspose" for name in ("Conv", "Convolution") for axes in (1, 2, 3)),
    ]
)
"""Names of the classes in `keras.layers` that a course may ask for, with their aliases."""
