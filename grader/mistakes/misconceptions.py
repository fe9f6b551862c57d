"""The catalogue of misconceptions: what is behind a reason, the same for all exercises.

A key explains a wrong answer in a sentence that fits its question: "The biases are missing." or "A filter keeps one
bias, however deep it is." A misconception is what such sentences have in common, so that a class can be counted over
all exercises. It is recognised by the template of the sentence, which is the same in every language and for all
numbers. Keys therefore name no misconception, and a new sentence about a known mistake belongs to one automatically.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from grader.text.messages import Joined, Message, Text, message


@dataclass(frozen=True, slots=True)
class Misconception:
    """One misconception.

    Attributes:
        id: A short name of lower-case letters and hyphens, for tables and programs; it never changes.
        title: What is done wrong, in a few words.
        idea: What is right, in a sentence.
        phrases: A regular expression. A template that contains a match belongs here, if no earlier entry of the
            catalogue has one. Upper and lower case are the same.
    """

    id: str
    title: Message
    idea: Message
    phrases: str


CATALOGUE: tuple[Misconception, ...] = (
    Misconception(
        "slide-copied",
        message("Wrong numbers or statements on a slide"),
        message("Slides contain errors, and their numbers belong to their own examples: compute with your own."),
        r"\bslide\b|the lecture prints|printed formula|wrong value that the summary prints",
    ),
    Misconception(
        "test-data-leak",
        message("Test or validation images used in training"),
        message("Training must not use the test images, not even for choices or statistics."),
        r"\bleaks?\b|test (image|loss|accuracy)|statistics of the training|only the training images|"
        r"validation (data|images)|(statistics|loss) to be harmless",
    ),
    Misconception(
        "augmentation-wrong",
        message("Useful and harmful image changes confused"),
        message("A change of an image is useful only if the class stays the same."),
        r"the same digit|6 is a 9|mirror images|augmentation|harmless",
    ),
    Misconception(
        "fit-confused",
        message("Underfitting and overfitting confused"),
        message("A high training error is underfitting. A test error far above a low training error is overfitting."),
        r"\b(over|under)fit|\bjust right\b|memorise|left out (the data|regularisation)|"
        r"test error is almost always",
    ),
    Misconception(
        "latent-picture",
        message("A picture of a latent space read as a map with distances"),
        message("A picture made by t-SNE keeps the neighbours of each point, but neither distances nor axes."),
        r"t-SNE|\bclusters?\b|neighbourhood|axes (as features|have no meaning)|"
        r"nearest (neighbour changes|to each other)|farthest images|left out the labels",
    ),
    Misconception(
        "dilation-wrong",
        message("Dilation left out or used wrongly"),
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
        r"flip|rotated .*180|signal processing|\bcorrelation|(filter|kernel|template) are in reverse order|"
        r"reversed (only )?the (rows|columns) of|reversed h|rotated the (result|gradient)|"
        r"apply the filter|applied the filter as it is",
    ),
    Misconception(
        "sign-lost",
        message("Minus signs overlooked or reversed"),
        message("Signs are part of the numbers: carry them through each step."),
        r"minus sign|\bsigns?\b(?! of the gradient.$)|absolute value|uphill|wrong way round|"
        r"negative values positive|negative weights as 0|reverses the sign",
    ),
    Misconception(
        "relu-wrong",
        message("ReLU left out, added or computed differently"),
        message(
            "ReLU sets negative values to 0 and does not change the others. Apply it exactly where the layer asks "
            "for it."
        ),
        r"\bReLU\b|negative values|below 0|above 0|positive (ones|values)|small slope|\bELU\b|leaky",
    ),
    Misconception(
        "bias-left-out",
        message("Biases left out"),
        message("Each filter and each neuron has one bias, which counts like a weight."),
        r"bias(es)?( of [\w ]+)? (is|are) missing|left out the bias|without the biases|"
        r"did not (add|subtract|multiply) the (first |second )?bias|only the weights",
    ),
    Misconception(
        "bias-miscounted",
        message("Biases counted or used wrongly"),
        message("Each filter and each neuron has exactly one bias, which is added once to its sum."),
        r"\bbias(es)?\b|\+ 1 for the|the 1 for the",
    ),
    Misconception(
        "normalisation-parameters",
        message("Numbers of batch normalisation miscounted"),
        message("Batch normalisation has four numbers for each map or neuron, and trains two of them."),
        r"(two|one|three|four) (number|numbers) (of|for) each|of (two|four|the four) vectors|"
        r"batch ?normalisation|BatchNormalization|normalisation|scale and shift only once|normalised",
    ),
    Misconception(
        "trainable-parameters",
        message("Trained and untrained parameters confused"),
        message("Moving means and variances are parameters that are not trained."),
        r"not trained|trained parameters|as trainable|trainable",
    ),
    Misconception(
        "layers-with-parameters",
        message("Layers without parameters confused with layers that have some"),
        message("Pooling, Flatten and Dropout have no parameters, but convolutions and dense layers have some."),
        r"layer with(out)? parameters|layers without (the )?weights|learns weights|"
        r"has a row for|no separate row|separate column|so does the summary|"
        r"picks the largest value of each window|Flatten only|rate of Dropout",
    ),
    Misconception(
        "depth-left-out",
        message("Depth left out"),
        message("A filter covers all maps of its input, and each filter gives one map."),
        r"depth is missing|left out the (depth|channels?|colours|three colours)|"
        r"only (one|red|the first|the second) (feature map|map|colour|channel)|counted only red|"
        r"did not add up the channels|(each|one) (feature )?map as one value|feature map as the input|"
        r"one (feature )?map\b|the maps as one|of a single map|greyscale|2-D filter|"
        r"one bias for each input map|maps as one",
    ),
    Misconception(
        "wrong-depth",
        message("A wrong number of maps or channels"),
        message("A filter is as deep as its input, and the output is as deep as the number of filters."),
        r"\bdepths?\b|\bchannels?\b|colour|\brgb\b|red and|green and|red for|multiplier|1 ?x ?1 convolution|"
        r"ordinary convolution|as many (filters|maps)|feature maps, not|filters of all convolutions|"
        r"maps of both layers|with 32 maps",
    ),
    Misconception(
        "filters-miscounted",
        message("A wrong number of filters or neurons"),
        message("Multiply the parameters of one filter or neuron by the number of them."),
        r"only one (filter|neuron|output|class)|(64|{maps}) filters|number of filters|"
        r"multiplied the filters|count the units|only the units|units of|counted only the inputs|"
        r"number of (inputs|neurons|units)|inputs and (neurons|units)|\bunits\b|\bneurons?\b|"
        r"two filters are swapped|other map",
    ),
    Misconception(
        "stride-left-out",
        message("Stride left out or used wrongly"),
        message("With stride s, a window moves s cells at a time along both axes."),
        r"\bstrides?\b|two (pixels|positions) at a time|moved? (by|the (kernel|filter) by) only one pixel",
    ),
    Misconception(
        "padding-wrong",
        message("Padding left out, added or of another kind"),
        message("Padding 'same' adds zeros around the image. 'valid' adds nothing, so the map shrinks."),
        r"\bpad|\bzeros\b|unpadded|'same'|'valid'|shrink|\bedges?\b|border|Height and width stay",
    ),
    Misconception(
        "pooling-wrong",
        message("Pooling left out or computed wrongly"),
        message("Pooling takes one value from each window, and its windows do not overlap."),
        r"\bpool|windows? (side by side|overlap)|windows of neighbours|averages? instead of|maxima instead|"
        r"(largest|smallest|median|sum|middle|mean|values?)( of| in| row of| column of)? (each|a) window|"
        r"values of each window|halves both sides|half of the size|half of the image|"
        r"smallest values|second largest|largest magnitude|of each window",
    ),
    Misconception(
        "filter-size",
        message("A wrong size of the filter"),
        message("Use both sides of the filter that the question gives."),
        r"filters? of {|\d x \d (filters|windows)|{\w+} x {\w+} filters|sides? of the (filter|window)|"
        r"sizes of the (filters|windows)|size of the filter|(half|subtracted) (of )?the filter|window is|"
        r"sizes of all windows|area of the window|half of the window|weights of a filter",
    ),
    Misconception(
        "plus-one",
        message("The + 1 of a formula left out or added"),
        message("A window of k cells fits size - k + 1 times along an axis."),
        r"[+-] 1 |one position too many|add(ed)? (the )?1\b|first position of the filter|"
        r"subtracted 1 |subtracting it: size",
    ),
    Misconception(
        "rounding-wrong",
        message("Rounded the wrong way, too much or too early"),
        message("Round the number of positions down and the number of batches up, and only at the end."),
        r"round|remainder|cut off|too few decimals",
    ),
    Misconception(
        "receptive-field",
        message("Receptive field computed wrongly"),
        message("Each layer adds (size - 1) times the product of all earlier strides."),
        r"receptive field|pixel(s)? for each layer|minus 2 for each layer|whole size for each layer|"
        r"first layer sees|to one side of the middle|sees only itself",
    ),
    Misconception(
        "counting-start",
        message("Counted from 0 instead of 1, or the other way round"),
        message("Python counts rows, columns and classes from 0. Epochs and layers are counted from 1."),
        r"counted? .*from (0|1|the end|white)|count(ed)? (the )?(rows|columns|places|lines)|start(ed)? at|"
        r"too (large|small|low|high) by 1|1 too (large|small)|one place too far|one pixel (too|shorter)|"
        r"first pixel|last pixel|(place|position|pixel).*window|window .* pixel|positions? of (each|the)|"
        r"digit itself in its place|middle of the window|centre of its window|"
        r"one (step )?too (early|late)|comes one step|is the row before|are numbered|numbered the classes|"
        r"next neuron|class after",
    ),
    Misconception(
        "axes-swapped",
        message("Rows and columns, or other axes, swapped"),
        message("In Keras, a shape is (rows, columns, channels): height comes before width."),
        r"rows? and columns?|height and width|diagonal|(row by row|by columns|the last to the first)|"
        r"\baxis\b|\baxes\b|rotated? .*90|unroll|transpos|(read|reads) the (columns|rows|image|mask)|"
        r"horizontal|vertical|add(s)? up to 1 along each column|rows of 2|other direction|three axes|"
        r"channels? first|depth first|matrices|from the right|rows together add",
    ),
    Misconception(
        "order-swapped",
        message("Two things swapped, or a list in the wrong order"),
        message("Check which of the two comes first, and keep the order of the question."),
        r"swapped|reverse order|(another|wrong|their|the) order|order (is|was) |reversed|upside down|"
        r"backwards|opposite direction|"
        r"^You (trained|evaluated|predicted) before|\bsorted\b|wrong direction|sort the|branches",
    ),
    Misconception(
        "dropout-wrong",
        message("Dropout computed wrongly or at the wrong time"),
        message("Dropout acts only in training, and divides the kept values by the share that is kept."),
        r"drop(ped|out|s)?\b|kept values|\brate\b|the factor 1 - p|\bp\b|\bmask\b",
    ),
    Misconception(
        "percent-or-share",
        message("Percent, shares or units confused"),
        message("Compare the unit of your result with the unit that the question asks for."),
        r"percent(?!ile)|\bshares?\b|in (bytes|MB|Mi|Ki|Gi|degrees|radians)|\b(degrees|radians)\b|"
        r"100 times|divided .*by 100|by 1024|one byte|half a turn|quarter of a turn",
    ),
    Misconception(
        "logarithm-wrong",
        message("A logarithm left out, with another base, or of the wrong number"),
        message("The cross-entropy is minus the natural logarithm of the probability of the true class."),
        r"logarithm|cross-entropy|entropy|true (class|one)|e raised to|powers of|only the one for the label|"
        r"label {other}|probabilit(y|ies)\.|1 minus (the|each)",
    ),
    Misconception(
        "softmax-wrong",
        message("Softmax computed wrongly or confused with scores"),
        message("Softmax divides e to the power of each score by the sum of all these powers."),
        r"softmax|\bscores?\b|exponent|probabilit|denominator|numerator|e\^|"
        r"sum of the (powers|others|scores)|powers|by their sum",
    ),
    Misconception(
        "activation-wrong",
        message("Another activation, or its slope confused with its value"),
        message("The sigmoid is between 0 and 1, and tanh is between -1 and 1. A slope is not a value."),
        r"sigmoid|\btanh\b|\bslopes?\b|activation|\b1 ?- ?S\b|S \*|factor S|tangent|\bsine\b|hyperbolic|"
        r"half of the (numerator|denominator)|2x\b",
    ),
    Misconception(
        "loss-wrong",
        message("A loss that does not fit the task, or a part of it left out"),
        message("The task decides the loss: squared error for numbers, cross-entropy for classes."),
        r"\bloss(es)?\b|\bdelta\b|squared error|absolute (error|deviation|differences)|\bcosts?\b|penalty|"
        r"\berrors?\b",
    ),
    Misconception(
        "optimiser-step",
        message("A training step computed wrongly"),
        message("A step moves the weights against the gradient, scaled by the learning rate."),
        r"learning rate|gradient|\bdecay\b|momentum|\brho\b|\bsteps?\b|moving (mean|variance)|both means|"
        r"old mean|epsilon|\bSGD\b|he_normal",
    ),
    Misconception(
        "epochs-and-updates",
        message("Epochs, batches and updates confused"),
        message("An epoch uses all training images once, and each batch causes one update."),
        r"epoch|updates?\b|\bbatch\b|patience|EarlyStopping|ModelCheckpoint|TensorBoard|the stop\b|"
        r"\bhistor(y|ies)\b|validation images",
    ),
    Misconception(
        "scaling-wrong",
        message("Pixels scaled or standardised differently"),
        message("Standardising subtracts the mean and divides by the standard deviation of the training images."),
        r"scal(e|ed|ing|es)\b|standard (deviation|score)|variance|by (255|256)|\b255\b|"
        r"-1\.\.1|0\.\.1|range (is )?from|subtract(ed)? the mean|mean (and|for|over)|"
        r"one (mean|number) (for|over)|\bshift\b|grey level|n - 1\b|brightness",
    ),
    Misconception(
        "statistic-wrong",
        message("A different statistic from the one in the question"),
        message("Mean, median, percentile, largest value and sum answer different questions."),
        r"\bmeans?\b|median|quartile|percentile|\baverage|(largest|smallest|greatest|highest|lowest)|"
        r"these are the sums|is the sum|running totals|square root|the root\b|cube root|"
        r"standard error|interval|1\.96|factor (1|2)\.\d|heights?\b|midpoint|spread|strongest|weakest|fires|"
        r"the nearest one",
    ),
    Misconception(
        "layer-left-out",
        message("A layer left out or counted twice"),
        message("Go through the network layer by layer, and tick off each one."),
        r"(layers?|convolutions?|Flatten)\b( \w+)* (is|are) missing|"
        r"(only|also) (counted |added |used )?.*\b(layers?|convolutions?|blocks?)\b|"
        r"one layer too many|first layer|last layer|both (dense )?layers|dense layer|\blayers?\b|"
        r"\bconvolution|flatten|\bnetwork\b|of the block|all (the )?parameters|number of parameters|"
        r"parameters",
    ),
    Misconception(
        "wrong-operation",
        message("A different operation: added instead of multiplied, or divided the wrong way round"),
        message("Write the formula down before you put numbers in."),
        r"(add|multipl|subtract|divid|squar)\w+ .*instead|instead of (add|multipl|subtract|divid|squar)\w+|"
        r"\bsquare[ds]?\b|brackets|(doubled|halved|twice|half)\b|"
        r"multiplied|divided|subtracted|added|averaged|third power|inverted|quotient|factor|hyperbolic|"
        r"^You did not (add|divide|multiply|square|subtract)|product",
    ),
    Misconception(
        "part-left-out",
        message("A part of the calculation or of the answer left out"),
        message("Compare your calculation with the question, part by part."),
        r"\bmissing\b|left out|\bonly\b|^You (skipped|ignored|overlooked|lost|kept)|did not|overlooked|"
        r"ignored|stops? too early|but the (echo|list) continues",
    ),
    Misconception(
        "features-by-hand",
        message("Advantages and disadvantages of hand-crafted features"),
        message("Hand-crafted features use expert knowledge and need little data, but take work for each new task."),
        r"[Ff]eatures?\b|\badvantage",
    ),
    Misconception(
        "other-quantity",
        message("A different quantity from the one in the question"),
        message("Read again what exactly is asked for, of which object, and in which form."),
        r"^(This|These|That) (is|are|image)|"
        r"^You (also )?(used|counted|gave|computed|compared|listed|classified|made|set|sent|wrote|read|left)|"
        r"^Row |^(Adding|Unsigned|Outputs|With random|Both accuracies|If so|The (run|size|weights))",
    ),
)
"""All misconceptions. The order decides which one a sentence belongs to: the special ones come first."""


BY_ID = {entry.id: entry for entry in CATALOGUE}
"""The catalogue by id."""

ALTERNATIVES = ("first", "second", "third")
"""The places of a message that lists several possible reasons."""

WRAPPED = ("reason", "why", "both")
"""The places of a message that says something about a reason, such as that it may be a coincidence."""


@lru_cache(maxsize=8192)
def misconception_of(template: str) -> Misconception | None:
    """Give the misconception that the template of a sentence belongs to; None if it names no known one.

    Args:
        template: The sentence in English, with `{name}` for each value.

    Example:
        >>> misconception_of("The biases of the convolution are missing.").id
        'bias-left-out'
    """
    if template.endswith(":"):  # the place of a mistake, such as "First convolution:"
        return None
    return next((entry for entry in CATALOGUE if re.search(entry.phrases, template, re.IGNORECASE)), None)


def misconceptions_in(reason: Text) -> tuple[str, ...]:
    """List the ids of the misconceptions that a reason names, each once.

    If a reason lists several possible mistakes, only the misconceptions that all of them name count. Of sentences
    that follow one another, the first that names a misconception counts: the others explain it.

    Args:
        reason: The reason of a finding or of a slip.

    Example:
        >>> misconceptions_in(message("You left out the stride."))
        ('stride-left-out',)
    """
    return tuple(dict.fromkeys(_named(reason)))


def _named(reason: Text, every_part: bool = False) -> list[str]:
    if isinstance(reason, Joined):
        named = [_named(part) for part in reason.parts if isinstance(part, Text)]
        if every_part:
            return [name for names in named for name in names]
        return next(filter(None, named), [])
    if isinstance(reason, Message):
        inner = {name: value for name, value in reason.values if isinstance(value, Text)}
        if alternatives := [_named(inner[name]) for name in ALTERNATIVES if name in inner]:
            return [name for name in alternatives[0] if all(name in names for names in alternatives)]
        for place in WRAPPED:
            if place in inner:
                return _named(inner[place], every_part=place == "both")
    template = reason.template if isinstance(reason, Message) else reason if isinstance(reason, str) else ""
    entry = misconception_of(template) if template else None
    return [entry.id] if entry else []
