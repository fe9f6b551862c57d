"""Misconceptions about arithmetic and about the form of answers. The special ones come first."""

from grader.mistakes.misconception import Misconception
from grader.text.messages import message

ABOUT_ANSWERS: tuple[Misconception, ...] = (
    Misconception(
        "rounding-wrong",
        message("Rounded in the wrong direction"),
        message("Ask whether the part that is left over counts: if so, round up, else down."),
        r"rounded (up|down|the (means|percentiles) down)|did not round up|remainder|one full batch too",
    ),
    Misconception(
        "rounding-early",
        message("A result rounded too much"),
        message("Compute with all digits, and round only the result."),
        r"\brounded\b|did not round|too few decimals",
    ),
    Misconception(
        "unrolled-wrong",
        message("Values unrolled in another order"),
        message("Unrolling goes row by row, and from left to right within a row."),
        r"unroll|row by row|column by column|by columns|from (right to left|the bottom up|the last)|rows of 2[79]|"
        r"in one row|Flatten lines|fold them",
    ),
    Misconception(
        "box-wrong",
        message("The sides of a box computed wrongly"),
        message("A side of the box is its last index minus its first index, plus 1."),
        r"\bbox\b|box's|row [+-] column|diagonals\b|(larger|smaller|each) diagonal|perimeter of|a perimeter|"
        r"first and the last pixel|sides? of the box|measured pixels|first indices|last indices|length of each line",
    ),
    Misconception(
        "one-axis",
        message("Only one axis counted"),
        message("An image has two axes: compute along both, and multiply their sizes."),
        r"(only|left|left out) one axis|One axis is missing|three axes|one axis of the|one side of|only one side|"
        r"two of the four sides|only two axes|only one row|one of the three axes|side length of the image|"
        r"sides of the (maps|image)",
    ),
    Misconception(
        "product-wrong",
        message("Another kind of product computed"),
        message("A filter multiplies cell by cell and adds up. A dense layer multiplies rows by columns."),
        r"matrices|input from the right|cell by cell|pixel by pixel|multiplied value by value|without the weights|"
        r"without the pixels|ignored the weights|(multiply|multiplying) by (the|them|it)|weights to the pixels|"
        r"as in a dense layer|place by place|instead of multiplying them\.$|products of each class",
    ),
    Misconception(
        "counting-start",
        message("Counting started at the wrong number"),
        message("Python counts rows, columns and classes from 0. Epochs and layers are counted from 1."),
        r"counted? .*from (0|1|the end|white|the right|the bottom)|count(ed)? from|places? too far to the|"
        r"the row (before|after)|are numbered|numbered the classes|row is the quotient|digit itself|"
        r"both first indices|counted the row from|Row 0 is|from 0 to 9|digits 1 to 9",
    ),
    Misconception(
        "off-by-one",
        message("A result that is off by 1"),
        message("From position a to position b there are b - a + 1 positions: count both ends."),
        r"one (position|pixel|step|image|batch|place|ring|neuron|row) (too|at)|too (large|small|low|high) by 1|"
        r"1 too (large|small)|is one too|are one too|n [-+] 1|added? (the )?1\b|subtracted [12] |subtract 1|"
        r"- 1 (is|instead)|one less than|by n\b|comes one step|too (short|long)|one place too many|"
        r"last (index|indices)|each minus 1|started at|first one counts|one more weight|start at",
    ),
    Misconception(
        "axes-swapped",
        message("Rows and columns swapped"),
        message("Rows come before columns: the first index goes down, and the second goes to the right."),
        r"rows? and columns?|height and width|\baxis\b|\baxes\b|transpos|along each column|horizontal|vertical|"
        r"rows together add|used the (row|column)\.|largest cell|column of the kernel|a row of weights|"
        r"the column, but",
    ),
    Misconception(
        "order-wrong",
        message("A list in the wrong order"),
        message("Keep the order that the question gives."),
        r"reverse order|(another|wrong|their|the) order|order (is|was|of)|reversed|upside down|backwards|"
        r"opposite direction|^You (trained|evaluated|predicted) before|\bsort|front|first response belongs",
    ),
    Misconception(
        "order-swapped",
        message("Two things swapped"),
        message("Check which of the two comes first."),
        r"swapped|(?<!divided the )wrong way round|mixed up|other map|numbered the",
    ),
    Misconception(
        "unit-wrong",
        message("Another unit used"),
        message("Compare the unit of your result with the unit that the question asks for."),
        r"\b(in |each )?(bytes?|MB|Mibit|MiB|KiB|GiB|GB|bits?)\b|(in|are) (degrees|radians)|by 10(24|00)|of a turn|"
        r"half a turn|instead of 1024|halved the memory|doubled the memory",
    ),
    Misconception(
        "percent-or-share",
        message("Percent and shares confused"),
        message("A share is between 0 and 1. Multiply it by 100 for percent."),
        r"percent(?!ile)|100 times|by 100\b|already a share|^This is the share\.|a share, not|for their share|"
        r"by the share",
    ),
    Misconception(
        "statistic-wrong",
        message("Another statistic computed"),
        message("Mean, median, percentile, largest value and sum answer different questions."),
        r"\bmeans?\b|median|quartile|percentile|\baverage|"
        r"(largest|smallest|greatest|highest|lowest) (value|height|number|sum|product|difference|response|of)|"
        r"these are the sums|is the sum|running totals|sum of|midpoint|spread|"
        r"(strongest|weakest|first) (response|position)|maximum|minimum|without the smallest|precision|"
        r"number of heights|range, from|brightest|heights|halfway|response",
    ),
    Misconception(
        "root-or-square",
        message("A square and a root confused"),
        message("Write the formula down, and check what is squared and what a root is taken of."),
        r"square root|(?<!at )the root\b|cube root|\bsquare[ds]?\b|squaring|third power",
    ),
    Misconception(
        "wrong-operation",
        message("Another operation used"),
        message("Write the formula down before you put numbers in."),
        r"(add|multipl|subtract|divid|squar)\w+ .*instead|instead of (add|multipl|subtract|divid|squar)\w+|brackets|"
        r"(doubled|halved|twice|half)\b|multiplied|divided|subtracted|added|averaged|inverted|quotient|"
        r"only the factor|product|did not (divide|multiply)",
    ),
    Misconception(
        "part-left-out",
        message("A part left out"),
        message("Compare your calculation with the question, part by part."),
        r"\bmissing\b|left out|\bonly\b|^You (skipped|ignored|overlooked|lost|kept)|did not|overlooked|ignored|"
        r"stops? too early|but the (echo|list) continues|cut off|does not respond",
    ),
    Misconception(
        "features-by-hand",
        message("Hand-crafted features misjudged"),
        message("Hand-crafted features use expert knowledge and need little data, but take work for each new task."),
        r"[Ff]eatures?\b|\badvantage",
    ),
    Misconception(
        "other-quantity",
        message("A different quantity from the one in the question"),
        message("Read again what exactly is asked for, of which object, and in which form."),
        r"^(This|These|That) (is|are|image)|"
        r"^You (also )?(used|counted|gave|computed|compared|listed|classified|made|set|sent|wrote|read|left|placed|"
        r"assumed|considered|selected|followed|looked|reversed|asked|put|took|replaced|treated|answered|shifted)|"
        r"^Row |"
        r"^(Adding|Unsigned|Outputs|With|Both accuracies|If so|The|A|An|Each|One|Where|Zeros|Pixels|That|Your|Most)\b",
    ),
)
