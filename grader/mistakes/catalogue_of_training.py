"""Misconceptions about data, training, losses and statistics. The special ones come first."""

from grader.mistakes.misconception import Misconception
from grader.text.messages import message

ABOUT_TRAINING: tuple[Misconception, ...] = (
    Misconception(
        "slide-copied",
        message("Taken from a slide"),
        message("Slides contain errors, and their numbers belong to their own examples: compute with your own."),
        r"\bslide\b|the lecture prints|printed formula|wrong value that the summary prints",
    ),
    Misconception(
        "test-data-leak",
        message("Information from test images used in training"),
        message("Training must not use the test images, not even for choices or statistics."),
        r"\bleaks?\b|by the test (loss|images)|joint statistics|look at the test images|tune on the test|"
        r"statistics of the training|statistics that include|test images are (not used|standardised)|"
        r"uses no information from the test|over the training and validation",
    ),
    Misconception(
        "other-data",
        message("Training, validation and test data exchanged"),
        message("Check which data the question asks about: those for training, for validation or for testing."),
        r"other folder|loss (on|of) the (validation|training)|for the test values|accuracy in training|"
        r"counted the (training|validation) |also counted the validation|other than the training images|"
        r"over the validation images|all test images|does not use (the )?validation|without validation images|"
        r"validation images or their|held? back|training accuracy would be",
    ),
    Misconception(
        "other-curve",
        message("A value read from another curve"),
        message("Check which curve the question asks for: the loss or the accuracy, in training or in validation."),
        r"highest (validation )?accuracy|lowest training loss|accuracy instead of the loss|"
        r"question asks for the accuracy|training losses? over|same history|have the four histories|no history with|"
        r"not a dict with the values of each epoch",
    ),
    Misconception(
        "difference-or-ratio",
        message("A difference and a ratio confused"),
        message("A gap is a difference. A relative change is the difference divided by the first value."),
        r"losses instead of subtracting|quotient of both accuracies|percentage points|"
        r"(second|first) error (itself|as a share|by the second)|by the second (error|accuracy)|"
        r"(sum|mean) of both (errors|losses)|share of the error that is left|relative growth|gap in percent of|"
        r"fall of the|rise of the|gap has grown|You added the errors",
    ),
    Misconception(
        "callback-task",
        message("The tasks of callbacks confused"),
        message("EarlyStopping stops the training, ModelCheckpoint saves the model, and TensorBoard shows logs."),
        r"TensorBoard|ModelCheckpoint|\ba save\b|more save|model is saved|EarlyStopping|restore_best_weights|"
        r"callback restored",
    ),
    Misconception(
        "early-stopping",
        message("The patience of early stopping counted wrongly"),
        message("Training stops after as many epochs in a row without a new best value as the patience says."),
        r"patience|patient|waited one epoch|stopped (at the first|one epoch)|notices only later|got worse|"
        r"epochs? without improvement|not better\.|not with the best|after the stop|never gets that far|"
        r"one epoch too (many|few)|epoch after training",
    ),
    Misconception(
        "other-epoch",
        message("The value of another epoch read"),
        message("Find the epoch or step that the question asks for before you read its value."),
        r"gap in the (best|first) epoch|last epoch|epoch with the|This is the (best|first) epoch|step with the|"
        r"best of all epochs|than in the log|before (its|the) training|^This is the number of( all)? epochs|"
        r"epochs? is right|another epoch has|other epochs have|fewer than six epochs|first low point|"
        r"one step too few|endless training",
    ),
    Misconception(
        "augmentation-wrong",
        message("Useful and harmful image changes confused"),
        message("A change of an image is useful only if the class stays the same."),
        r"the same digit|6 is a 9|mirror images|augmentation|to be harmless",
    ),
    Misconception(
        "fit-confused",
        message("Underfitting and overfitting confused"),
        message(
            "A network underfits if its training error is high. "
            "It overfits if its test error is far above a low training error."
        ),
        r"\b(over|under)fit|\bjust right\b|memorise|left out (the data|regularisation)|test error is almost always|"
        r"does not recognise its training images",
    ),
    Misconception(
        "latent-picture",
        message("A picture of a latent space read as a map with distances"),
        message("A picture made by t-SNE keeps the neighbours of each point, but neither distances nor axes."),
        r"t-SNE|\bclusters?\b|neighbourhood|axes (as features|have no meaning)|"
        r"nearest (neighbour changes|to each other|in (pixels|the latent))|farthest images|left out the labels",
    ),
    Misconception(
        "moving-mean",
        message("The moving mean of batch normalisation computed wrongly"),
        message("The new moving mean is momentum times the old one, plus (1 - momentum) times the mean of the batch."),
        r"moving (mean|variance)(?! are)|momentum|both means|old mean|weight the new mean|"
        r"(of|in) the batch instead of its mean|mean of the batch|value of the batch",
    ),
    Misconception(
        "penalty-wrong",
        message("The penalty for large weights computed wrongly"),
        message(
            "L2 adds a factor times the sum of the squared weights to the loss. "
            "L1 uses their absolute values instead of squares."
        ),
        r"penalt(y|ies)\b|penalise|\bL[12]\b|factor lambda|lambda instead|applied the factor to the loss|"
        r"absolute weights|slope 1 for all weights",
    ),
    Misconception(
        "norm-wrong",
        message("The norm of the weights of a neuron computed wrongly"),
        message("The norm of the weights of a neuron is the root of the sum of their squares."),
        r"\bnorms?\b|MaxNorm|reciprocal of the limit|squared the limit|limited the rows|root of the sum of squares",
    ),
    Misconception(
        "huber-wrong",
        message("The Huber loss computed wrongly"),
        message("The Huber loss squares small errors, and grows in proportion to errors beyond delta."),
        r"\bdelta\b|(small|large) errors|straight line",
    ),
    Misconception(
        "loss-choice",
        message("A loss that does not fit the task"),
        message("The task decides the loss: squared error for numbers, cross-entropy for classes."),
        r"this loss (is for|needs)|few outliers|yes-or-no questions",
    ),
    Misconception(
        "true-class",
        message("Another class counted than the true one"),
        message("The cross-entropy of an image depends only on the probability of its true class."),
        r"true (class|one)|only the one for the label|loss for the label|all classes|gives the entropy|"
        r"loss if the true class",
    ),
    Misconception(
        "logarithm-left-out",
        message("The logarithm left out"),
        message("The cross-entropy is minus the natural logarithm of the probability of the true class."),
        r"without (a|the) logarithm|This is the probability\.|1 minus (the|each) (mean )?probability|"
        r"You used 1/n as|You used n itself",
    ),
    Misconception(
        "logarithm-wrong",
        message("The logarithm computed wrongly"),
        message("The natural logarithm has the base e. Take it of each probability before you add or average."),
        r"logarithm|powers of (2|10)|e raised to",
    ),
    Misconception(
        "uncertainty-wrong",
        message("The uncertainty of an accuracy computed wrongly"),
        message(
            "With a share p correct of n images, the standard error is sqrt(p * (1 - p) / n). "
            "For 95 %, multiply it by 1.96."
        ),
        r"1\.96|standard error|interval|\bp \* \(1|root only of|\bp = 0|\bsquared p\b|factor p\b|"
        r"number of images minus|squared the number of images|the factor 1 - p",
    ),
    Misconception(
        "optimiser-step",
        message("A training step computed wrongly"),
        message("A step moves the weights against the gradient, scaled by the learning rate."),
        r"learning rate|"
        r"(?<!upstream )(?<!minus signs of the )(?<!columns of the )gradient(?! for the| is in reverse| by 180)|"
        r"\bdecay\b|\brho\b|(?<!number of )the step\b|two steps|epsilon|\bSGD\b|Adadelta|the paper, 1\.0|"
        r"weights by 1 minus|root of the (denominator|numerator)|(?<!1 in the )(denominator|numerator) is missing|"
        r"weights from the step|smaller, but you did not use",
    ),
    Misconception(
        "loss-wrong",
        message("The loss computed by another formula"),
        message("The mean squared error is the mean of the squared errors, over all values."),
        r"\bloss(es)?\b(?! of 2\.3)|\bcosts?\b|squared error|absolute (error|deviation|differences)|"
        r"(?<!most )errors?\b(?! falls)",
    ),
    Misconception(
        "initial-weights",
        message("The range of the initial weights computed wrongly"),
        message("Glorot draws the weights from -limit to limit, with limit = sqrt(6 / (inputs + neurons))."),
        r"he_normal|instead of 6|of 6 only|the 6\b|halved the range|inputs and units|inputs and 1 instead|"
        r"start with weights of 0|outputs that are all the same are|units of a layer do not differ|weights do move",
    ),
    Misconception(
        "epochs-and-updates",
        message("Epochs, batches and updates confused"),
        message("An epoch uses all training images once, and each batch causes one update."),
        r"epochs?\b(?! from [01])|updates?\b|\bbatch(es)?\b(?! axis| normalisation)|once per step|number of steps",
    ),
    Misconception(
        "scaling-or-standardising",
        message("Scaling and standardising confused"),
        message(
            "Scaling divides by the largest grey level. Standardising subtracts the mean and divides by the deviation."
        ),
        r"feature scaling|255 instead of the standard|asks for its standard score|scaled the values to|"
        r"scaled to 0\.\.1|multiplied it by 255",
    ),
    Misconception(
        "statistics-axes",
        message("Mean and deviation taken over the wrong values"),
        message("Check what the question averages over: the images, the pixels or the channels."),
        r"one (number|value) for (each (column|row|image)|all)|for all pixels|"
        r"over all (pixels together|channels|its)|one (mean|standard deviation)|a mean (for each|and a)|"
        r"mean of each pixel over|mean of each row, and|for each channel|single \{name\}|of only the first image|"
        r"new pixel itself|own mean and|statistics are stored|one number for each image|"
        r"mean and (the )?standard deviation of only",
    ),
    Misconception(
        "standardising-wrong",
        message("The standard deviation used wrongly"),
        message("Standardising subtracts the mean, and divides by the standard deviation: the root of the variance."),
        r"standard (deviation(?! of the heights)|score)|variance|subtract(ed)? the mean|"
        r"(?<!value is the )mean instead of|divided (the sum )?by n - 1|has n - 1|mean of the grey levels|"
        r"of the squares and took|average the squares, and|added a small number|difference is the wrong way round|"
        r"1 to the standard",
    ),
    Misconception(
        "scaling-wrong",
        message("Values scaled to another range"),
        message("Divide by the size of the old range, and check where the new range begins and ends."),
        r"scaled\b(?! only)|by (254|255|256|127\.5|128)\b|\b255\b|the range is|range from -1|-1\.\.1|0\.\.1|"
        r"square of 255",
    ),
)
