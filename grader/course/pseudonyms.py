"""Draws names for a leaderboard, two words each. Only the student and the staff know whose name it is."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from functools import cache


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ADJECTIVES = _words("""
    able agile airy amber apt arctic azure balmy blithe bold brave breezy bright brisk bronze calm candid cheery
    chipper civil clever copper coral cosmic cosy crisp curious dapper daring dashing deft eager early earnest
    elated ember fabled fair fearless fleet fluent fond frank fresh gallant gentle glad gleaming golden graceful
    grand hardy hazel hearty humble indigo ivory jade jaunty jolly jovial keen kind lilac lively loyal lucid lucky
    lunar maple mellow merry mighty mild misty modest mossy neat nimble noble northern opal patient placid playful
    plucky polite prompt proud quick quiet radiant ready rosy royal russet sage serene silent silver sincere solar
    spry steady sunny tender tidy topaz tranquil trusty upbeat valiant vivid warm willing windy wise witty zesty
""")
_ANIMALS = _words("""
    albatross alpaca antelope armadillo avocet axolotl badger bee bison bittern bullfinch bunting capybara caribou
    cat chameleon chamois cheetah chickadee chinchilla chough condor cormorant crane cricket curlew deer dipper
    dolphin dormouse dove dragonfly duck dunlin eagle egret eider elk emu ermine falcon ferret finch firefly
    flamingo fox gannet gazelle gecko gibbon giraffe goldfinch grebe grouse gull hare hedgehog heron hoopoe
    hummingbird ibex ibis iguana impala jackdaw jay kestrel kingfisher kite kiwi koala lapwing lark lemur lion llama
    lynx magpie mallard marmot marten martin meerkat narwhal newt nightingale ocelot octopus oriole osprey otter owl
    oyster panda panther parrot partridge pelican penguin petrel pheasant pipit plover pony porcupine puffin quail
    rabbit raccoon raven redstart reindeer robin salmon sandpiper seal siskin skylark snipe sparrow squirrel
    starling stoat stork swallow swan swift tapir tern thrush toucan turtle vole wagtail warbler waxwing
    wombat woodpecker wren yak zebra
""")


class Pseudonyms:
    """The names of a class. No two students share a name, and a student keeps the first one.

    Args:
        secret: Gives the secret of the course, from which names are drawn: with it, staff can draw them again. It is
            called when the first new name is drawn, so earlier names need no secret.
        earlier: Student -> name, as drawn before.

    Example:
        >>> names = Pseudonyms(lambda: b"secret", {"Ada": "Brisk Heron"})
        >>> names.of("Ada")
        'Brisk Heron'
    """

    def __init__(self, secret: Callable[[], bytes], earlier: Mapping[str, str]) -> None:
        self._secret = cache(secret)
        self._names = dict(earlier)
        self._used = set(earlier.values())

    @property
    def all(self) -> dict[str, str]:
        """Student -> name, for all students who have one."""
        return dict(self._names)

    def of(self, student: str) -> str:
        """The name of a student, such as `Brisk Heron`; it is drawn if they have none."""
        if student not in self._names:
            name = self._unused_name(student)
            self._names[student] = name
            self._used.add(name)
        return self._names[student]

    def _unused_name(self, student: str) -> str:
        for attempt in range(len(_ADJECTIVES) * len(_ANIMALS)):
            name = self._draw(student, attempt)
            if name not in self._used:
                return name
        return f"{self._draw(student, 0)} {len(self._used) + 1}"  # a class may have more students than there are names

    def _draw(self, student: str, attempt: int) -> str:
        # Names of students may come from files with broken bytes, which `surrogatepass` keeps apart.
        text = f"pseudonym\0{attempt}\0{student}".encode("utf-8", "surrogatepass")
        number = int.from_bytes(hmac.new(self._secret(), text, hashlib.sha256).digest(), "big")
        quotient, adjective = divmod(number, len(_ADJECTIVES))
        return f"{_ADJECTIVES[adjective]} {_ANIMALS[quotient % len(_ANIMALS)]}".title()
