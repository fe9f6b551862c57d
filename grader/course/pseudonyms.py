"""Names for a leaderboard, two words each: only a student and the staff know whose one is."""

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
    """The names of a class. No two students share one, and whoever has one keeps it.

    Args:
        secret: Gives the secret of the course, without which nobody can tell whose a name is. It is called when the
            first name is drawn, so names that were given before need no secret.
        given: Student -> name, as they were given before.
    """

    def __init__(self, secret: Callable[[], bytes], given: Mapping[str, str]) -> None:
        self._secret = cache(secret)
        self._given = dict(given)
        self._taken = set(given.values())

    @property
    def given(self) -> dict[str, str]:
        """Student -> name, of all that were asked for."""
        return dict(self._given)

    def of(self, student: str) -> str:
        """The name of a student, such as `Brisk Heron`."""
        if student not in self._given:
            name = self._free(student)
            self._given[student] = name
            self._taken.add(name)
        return self._given[student]

    def _free(self, student: str) -> str:
        for attempt in range(len(_ADJECTIVES) * len(_ANIMALS)):
            name = self._drawn(student, attempt)
            if name not in self._taken:
                return name
        return f"{self._drawn(student, 0)} {len(self._taken) + 1}"

    def _drawn(self, student: str, attempt: int) -> str:
        text = f"pseudonym\0{attempt}\0{student}".encode("utf-8", "surrogatepass")
        number = int.from_bytes(hmac.new(self._secret(), text, hashlib.sha256).digest(), "big")
        rest, adjective = divmod(number, len(_ADJECTIVES))
        return f"{_ADJECTIVES[adjective]} {_ANIMALS[rest % len(_ANIMALS)]}".title()
