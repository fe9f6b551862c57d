"""Misconceptions about filters, layers and their sizes and parameters. The special ones come first."""

from grader.mistakes.misconception import Misconception
from grader.text.messages import message

ABOUT_LAYERS: tuple[Misconception, ...] = (
    Misconception(
        "dropout-time",
        message("Dropout applied at the wrong time"),
        message("Dropout acts only in training. When the network predicts, all values are kept."),
        r"only in training|network predicts|already compensates|half of the units are|remove any weights|"
        r"dropped no value",
    ),
    Misconception(
        "dropout-wrong",
        message("Dropout computed wrongly"),
        message("Dropout sets some values to 0 in training, and divides the others by the share that is kept."),
        r"\bdropped (value|unit)|dropout(?! as)|kept (values|in)|share that is (kept|dropped)|"
        r"\brate\b(?! of dropout)|\bmask\b",
    ),
    Misconception(
        "dilation-left-out",
        message("Dilation left out"),
        message("A dilated filter of size k covers (k - 1) * dilation + 1 cells."),
        r"left out the dilation",
    ),
    Misconception(
        "dilation-wrong",
        message("Dilation used in the wrong way"),
        message("A dilated filter has as many weights as before, but covers (k - 1) * dilation + 1 cells."),
        r"dilat|(between|gap).* of the weights|pixels between (two|the) weights|pixel of the first weight",
    ),
    Misconception(
        "weights-not-shared",
        message("Weights counted again at each position"),
        message("A filter has one set of weights, which it uses at all positions."),
        r"weights? (again )?at (each|every)|every (position|pixel|step)|biases once for each pixel",
    ),
    Misconception(
        "filter-flipped",
        message("Convolution and correlation confused"),
        message(
            "Layers apply the filter as it is. The convolution of signal processing and the backward pass rotate it."
        ),
        r"flip|rotated .*180|signal processing|\bcorrelation|correlating|"
        r"(filter|kernel|template) are in reverse order|reversed (only )?the (rows|columns) of|reversed h|"
        r"rotated the (result|gradient)|applied the filter as it is",
    ),
    Misconception(
        "filter-turned",
        message("The filter in another orientation"),
        message("Write down the filter as the question gives it, row by row."),
        r"rotated the filter by 90|for the other direction|"
        r"swapped the rows and columns of the (filters?|kernel|template)|mirrored the kernel",
    ),
    Misconception(
        "backward-pass",
        message("The gradient of a convolution computed wrongly"),
        message("Each upstream value sends its multiple of the filter back to the pixels that it came from."),
        r"upstream|several values reach|sent each value|weights of the filter\.|map of the forward pass|gradient",
    ),
    Misconception(
        "leaky-slope",
        message("Leaky ReLU computed wrongly"),
        message("Leaky ReLU multiplies negative values by its small slope, and does not change the others."),
        r"small slope|leaky|\bELU\b|(the|this) slope (is )?0\.\d|slopes above and below|0\.01|below 0 you|"
        r"above 0 you|tanh below 0|also changed positive|two sides are swapped|make the value smaller|"
        r"multiplied by the slope, not",
    ),
    Misconception(
        "sign-reversed",
        message("Signs reversed"),
        message("Check which number is subtracted from which, and carry the sign through each step."),
        r"signs? (are|is) (reversed|wrong)|reversed (all |the )?signs?|wrong signs?\b|subtracted the wrong way|"
        r"signs? of .* is wrong|sign in .* is wrong|uphill|reverses the sign|mixed up the signs|changed the signs|"
        r"in both parts of the fraction|moves the values the wrong way",
    ),
    Misconception(
        "sign-lost",
        message("Minus signs overlooked"),
        message("Signs are part of the numbers: carry them through each step."),
        r"minus sign|\bsigns?\b|absolute values?(?! instead)|negative values positive|negative weights|"
        r"largest magnitude",
    ),
    Misconception(
        "relu-left-out",
        message("ReLU left out"),
        message("ReLU sets negative values to 0. Apply it where the layer asks for it."),
        r"ReLU (is|are) missing|left out ReLU|(map|values) before ReLU|before bias and ReLU",
    ),
    Misconception(
        "relu-added",
        message("ReLU used where there is none"),
        message("Apply ReLU only where the layer asks for it, and at this place."),
        r"applied ReLU|used ReLU|no ReLU|after ReLU|plain ReLU|^This is ReLU|negative values as 0|negative products",
    ),
    Misconception(
        "slope-wrong",
        message("The slope of an activation computed wrongly"),
        message("The sigmoid S has the slope S * (1 - S). ReLU has the slope 0 below 0 and 1 above."),
        r"\bslopes?\b|(?-i:\b1 ?- ?S\b|\bS \*|factor S\b|\bS and\b|divided S|squared S)",
    ),
    Misconception(
        "relu-wrong",
        message("ReLU computed wrongly"),
        message("ReLU sets negative values to 0 and does not change the others."),
        r"\bReLU\b|negative values|positive (ones|values)|below 0|above 0|smaller of 0",
    ),
    Misconception(
        "scores-or-probabilities",
        message("Scores and probabilities confused"),
        message("Softmax turns the scores into probabilities, which are positive and add up to 1."),
        r"(without|before|after) softmax|not (a )?probabilit|^These are the scores\.|softmax has no|"
        r"sigmoid of each score|answer ten separate",
    ),
    Misconception(
        "softmax-wrong",
        message("Softmax computed wrongly"),
        message("Softmax divides e to the power of each score by the sum of all these powers."),
        r"softmax|exponent|probabilit(?!y\.$)|powers|e\^score|(doubled|halved|squared|added .* to) the scores|"
        r"^This is (only )?the denominator|divided the scores (by the (sum|largest)|by their|instead)|"
        r"squares by (their|the)|largest score and 0|e\^0",
    ),
    Misconception(
        "score-wrong",
        message("The score of a class computed wrongly"),
        message("A score is the sum of all pixels times their weights, plus the bias."),
        r"\bscores?\b|nearest one|winning class|smallest distance|largest distance|(this|each|to a) code\b|codes\b|"
        r"template by",
    ),
    Misconception(
        "activation-wrong",
        message("Another activation computed"),
        message("The sigmoid is between 0 and 1, tanh is between -1 and 1, and ReLU has no upper limit."),
        r"sigmoid|\btanh\b|activation(?! that)|tangent|\bsine\b|hyperbolic|half of the (numerator|denominator)|2x\b|"
        r"the odds|e\^-?x|1 in the denominator|only the numerator|numerator by|doubled z|halved z|used z itself|"
        r"(denominator|numerator) is missing",
    ),
    Misconception(
        "bias-left-out",
        message("Biases left out"),
        message("Each filter and each neuron has one bias, which counts like a weight."),
        r"bias(es)?( of [\w ]+)? (is|are) missing|left out the bias|forgot the bias|without the biases|but no bias|"
        r"did not (add|subtract|multiply) the (first |second )?bias|only the weights|only the coefficients",
    ),
    Misconception(
        "bias-miscounted",
        message("Biases miscounted"),
        message("Each filter and each neuron has exactly one bias."),
        r"\+ 1 for the|the 1 for the|(count|consider).*\bbias|tripled the bias|as for a single bias|"
        r"(multiplied|subtracted) the biases (of|by \{times\}|\.)|biases of the first convolution|a bias for each|"
        r"biases of all filters|one bias, however|adds the biases|weights and biases",
    ),
    Misconception(
        "bias-misused",
        message("A bias used in the wrong way"),
        message("The bias is added once, to the sum of all products."),
        r"\bbias(es)?\b",
    ),
    Misconception(
        "normalisation-left-out",
        message("Batch normalisation left out"),
        message("Go through the network layer by layer, and count the batch normalisations too."),
        r"normalisation is missing|left out (the )?(first |second )?batch normalisation|left out the normalised|"
        r"only one normalisation in|as a layer without parameters|mean becomes 0 only",
    ),
    Misconception(
        "normalisation-parameters",
        message("Numbers of batch normalisation miscounted"),
        message("Batch normalisation has four numbers for each map or neuron, and trains two of them."),
        r"(two|one|three|four|of the) (number|numbers) (of|for) each|of (two|four|the four) (vectors|numbers)|"
        r"batch ?normalisation|BatchNormalization|normalise|scale and shift (only once|for)|only one of two|"
        r"gamma and beta",
    ),
    Misconception(
        "normalisation-wrong",
        message("Scale and shift used wrongly"),
        message("Batch normalisation multiplies by the scale first, and then adds the shift."),
        r"\bscale\b(?! the maps)|\bshift\b(?! by| downwards| to the side| are swapped)(?! by the size)",
    ),
    Misconception(
        "trainable-parameters",
        message("Trained and untrained parameters confused"),
        message("Moving means and variances are parameters that are not trained."),
        r"not trained|trained parameters|as trainable|trainable|estimated from",
    ),
    Misconception(
        "layers-with-parameters",
        message("Layers without parameters confused with layers that have some"),
        message("Pooling, Flatten and Dropout have no parameters, but convolutions and dense layers have some."),
        r"as a layer with parameters|layers without (the )?weights|learns weights|of concatenate|has a row for|"
        r"no separate row|separate column|so does the summary|picks the largest value of each window|Flatten only|"
        r"rate of Dropout|dropout as a layer",
    ),
    Misconception(
        "axis-order",
        message("The axes of a shape in another order"),
        message(
            "In Keras, a shape is (rows, columns, channels): height comes before width, and the channels are last."
        ),
        r"channels? (first|last|at the front|before)|depth first|filters (first|at the end)|batch axis|last axis|"
        r"width and channels|formula for channels|as Keras stores|swaps height and width|columns before the rows",
    ),
    Misconception(
        "channels-combined",
        message("Channels combined in another way"),
        message("A filter has weights for each channel, and adds up the products of all channels."),
        r"averaged the (channels|colours)|summed the colours|multiplied the (channels|scores of)|"
        r"add up the channels|larger of the two channels|second channel|first channel|both channels|two channels|"
        r"weights for (red|colour)|green and blue|red and (blue|green)",
    ),
    Misconception(
        "depth-left-out",
        message("Depth left out"),
        message("A filter covers all maps of its input, and each filter gives one map."),
        r"depth is missing|left out the (depth|channels?|colours|three colours)|"
        r"only (one|red|blue|green|the first|the second|one input) (feature map|input map|map\b|colour|channel)|"
        r"counted only (red|blue|green)|left out (red|blue|green)|(each|one) (feature )?map as one value|"
        r"feature map as the input|one (feature )?map\b|maps as one|of a single map|greyscale|2-D filter|"
        r"for each filter and channel",
    ),
    Misconception(
        "wrong-depth",
        message("The depth of a layer used wrongly"),
        message("A filter is as deep as its input, and the output is as deep as the number of filters."),
        r"\bdepths?\b|\bchannels?\b|colour|\brgb\b|multiplier|1 ?x ?1 convolution|ordinary convolution|"
        r"feature maps, not|filters of all convolutions|maps of both layers|with 32 maps|as many maps",
    ),
    Misconception(
        "window-place",
        message("The place of a window confused"),
        message("The window of a neuron begins at its row times the stride, and at its column times the stride."),
        r"(pixel|middle|end|begin).* (of|in) (the|its) window|centre of its window|centred the window|"
        r"window ends at|neuron's position|position by 3|column of the neuron|indices in the padded|next neuron",
    ),
    Misconception(
        "neurons-miscounted",
        message("The weights of a dense layer miscounted"),
        message("Each neuron has one weight for each input, and one bias."),
        r"only one (neuron|output|class)|\bneurons?\b(?! from 1)|\bunits?\b|number of inputs|only the inputs|"
        r"inputs and (neurons|units)",
    ),
    Misconception(
        "filters-miscounted",
        message("The filters miscounted"),
        message("Multiply the parameters of one filter by the number of filters."),
        r"only one filter|(64|\{maps\}) filters|number of filters|multiplied the filters by",
    ),
    Misconception(
        "pooling-stride",
        message("Pooling windows moved by one cell"),
        message("Unless the question says otherwise, a pooling window moves by its own size."),
        r"pooled with stride 1|stride 1 for the pooling|windows overlap because",
    ),
    Misconception(
        "stride-added",
        message("The filter moved too far"),
        message("With stride 1, the filter moves by one cell at a time."),
        r"two (pixels|positions) at a time|with stride 2|its own size, as in pooling",
    ),
    Misconception(
        "stride-left-out",
        message("Stride left out"),
        message("With stride s, a window moves s cells at a time along both axes."),
        r"(left out|ignored) (both the padding and )?the strides?|with stride 1|for stride 1|"
        r"moved .*only one pixel\.",
    ),
    Misconception(
        "stride-wrong",
        message("Stride used in the wrong way"),
        message("Subtract the size of the window first, then divide by the stride, and add 1 at the end."),
        r"\bstrides?\b(?! does)",
    ),
    Misconception(
        "padding-fill",
        message("The border filled with other values"),
        message("Check what the question fills the border with: zeros, or copies of pixels."),
        r"repeat|reflect|mirrored the image|opposite side|border pixel (as well|twice)|filled the border|"
        r"corner (and|are)|neighbours? (is|are|as) zero|border are still|two borders|with repeated pixels|"
        r"missing neighbours|values at the border",
    ),
    Misconception(
        "padding-left-out",
        message("Padding left out"),
        message("Padding 'same' adds zeros at the edges, so that with stride 1 the map keeps its size."),
        r"left out the padding|padding is missing|without padding|padding='valid'|did not pad|unpadded|"
        r"used no border|is padded, so|border on the left|beyond the signal|overlap only partly|fully inside|"
        r"values as the (signal|input)",
    ),
    Misconception(
        "padding-added",
        message("Padding added where there is none"),
        message("Padding 'valid' adds nothing, so the map shrinks."),
        r"with padding\b(?!\. Give)|padded (the|zeros)|padded with zeros (?!on only)|also padded|zeros although|"
        r"(width|columns) stay the same|zeros around the tile|half of the filter's size at each|"
        r"size with padding(?!\. Give)|as for padding",
    ),
    Misconception(
        "padding-wrong",
        message("Padding of the wrong width"),
        message("With stride 1, 'same' adds k - 1 zeros along an axis for a filter of k cells."),
        r"\bpad|\bzeros (of both|around|are at)|rings? of zeros|counted the zeros|'same'|shrink|(?<!its )\bborder\b",
    ),
    Misconception(
        "receptive-field",
        message("Receptive field computed wrongly"),
        message("Each layer adds (size - 1) times the product of all earlier strides."),
        r"receptive field|pixels? for each layer|minus 2 for each layer|whole size for each layer|first layer sees|"
        r"to one side of the middle|sees (only )?itself|windows of neighbours|field of the|each layer adds|"
        r"sizes of all windows|sizes of the (filters|windows)|multiplied the sizes|first field",
    ),
    Misconception(
        "layer-twice",
        message("A layer counted too often"),
        message("Go through the network layer by layer, and count each one once."),
        r"(parameters|layers?|convolution|maps|pooling) twice|also counted this layer|one layer too many|"
        r"counted both|counted a pooling layer",
    ),
    Misconception(
        "pooling-left-out",
        message("Pooling left out"),
        message("Pooling halves height and width if its windows have 2 x 2 cells."),
        r"left out (all |the )(first |last |second )?pooling|pooling layers are missing|(shape|size) before pooling|"
        r"did not count the pooling|code halves both sides|only (one|the first|the second) pooling",
    ),
    Misconception(
        "pooling-wrong",
        message("Pooling computed wrongly"),
        message("Max pooling takes the largest value of each window, and average pooling takes their mean."),
        r"\bpool|windows? side by side|averages? instead of|maxima instead|of (each|a) window|"
        r"(smallest|second largest) values\.",
    ),
    Misconception(
        "plus-one",
        message("The + 1 of the formula left out"),
        message("A window of k cells fits size - k + 1 times along an axis."),
        r"\+ 1 (at|of|is)|first position of the filter|size - filter - 1",
    ),
    Misconception(
        "filter-size",
        message("Another filter size used"),
        message("Use both sides of the filter that the question gives."),
        r"filters? of \{|\d x \d (filters|windows)|\{\w+\} x \{\w+\} filters|sides? of the (filter|window)|"
        r"size of the filter|(half|subtracted) (of )?the filter|window is|3 x 3 weights|5 weights|"
        r"area of the window|half of the window|weights of a filter|the shape of one filter",
    ),
    Misconception(
        "layer-left-out",
        message("A layer left out"),
        message("Go through the network layer by layer, and tick off each one."),
        r"(layers?|convolutions?|Flatten)\b( \w+)* (is|are) missing|"
        r"left out (this layer|the (first|second|last) (convolution|block|layer))|"
        r"did not (add its|count the first layer)|only (the |one )?(\w+ )*(layers?|convolutions?|blocks?)\b|"
        r"layers with parameters|of the two layers|left out the (image, which|maps of the)",
    ),
    Misconception(
        "other-layer",
        message("Another part of the network computed"),
        message("Check which layers the question asks about, and what each one reads."),
        r"\blayers?\b|\bconvolutions?\b|flattened|\bnetwork\b|of the block|parameters|output of g\b|hidden",
    ),
)
