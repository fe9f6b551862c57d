"""What comes out of the sandbox is checked before anything uses it."""

import base64
import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from grader.execute import claims
from grader.execute.inside import wire
from grader.model.record import Answer, CellError, ModelTable, ProbeState

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def npy(array: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


def returned(body: bytes) -> Any:
    return claims.probe_result({"state": "returned", "message": "", "seconds": 0.1}, body)


def test_a_plain_array_is_taken() -> None:
    assert returned(npy(np.arange(4))).state is ProbeState.RETURNED


@pytest.mark.parametrize(
    "body",
    [
        npy(np.array([{}], dtype=object), allow_pickle=True),
        npy(np.array(["a"])),
        b"",
        b"\x93NUMPY\x01\x00v\x00"
        + b"{'descr': '<i8', 'fortran_order': False, 'shape': (1099511627776,), }".ljust(117)
        + b"\n",
        npy(np.arange(4))[:-1],
        npy(np.arange(4)) + b"more",
        b"\x80\x04\x95pickle",
    ],
    ids=["object", "text", "empty", "8 TB", "short", "long", "pickle"],
)
def test_no_other_array_is_loaded(body: bytes) -> None:
    result = returned(body)
    assert result.state is ProbeState.REFUSED
    assert result.array == b""


def picture(width: int, height: int) -> str:
    stream = io.BytesIO()
    Image.new("RGB", (width, height)).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def shown(data: dict[str, Any]) -> dict[str, Any]:
    return dict(claims.output({"output_type": "display_data", "data": data, "metadata": {}})["data"])


def test_a_picture_is_decoded_and_encoded_again() -> None:
    original = picture(4, 4)
    hidden = base64.b64encode(base64.b64decode(original) + b"<script>").decode()
    assert base64.b64decode(shown({"image/png": hidden})["image/png"]).find(b"<script>") == -1


def test_a_picture_that_claims_to_be_huge_is_left_out() -> None:
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    data = shown({"image/png": base64.b64encode(b"\x89PNG\r\n\x1a\n" + chunk).decode()})
    assert data == {claims.LEFT_OUT: "picture"}


def test_script_never_passes() -> None:
    assert shown({"application/javascript": "alert(1)", "text/plain": "x"}) == {"text/plain": "x"}
    assert shown({"application/javascript": "alert(1)"}) == {claims.LEFT_OUT: "application/javascript"}


@pytest.mark.parametrize("text", [b'{"a": NaN}', b'{"a": Infinity}', b"[]", b"{", b'{"a": ' + b"[" * 100_000, b"\xff"])
def test_a_message_that_is_no_plain_json_object_is_refused(text: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.parse_head(text)


TABLE = {"input_shape": [None, 4], "layers": []}


def test_what_tells_weights_apart_is_taken_as_numbers() -> None:
    assert claims.model_table({**TABLE, "weights": [1, -0.5] * 32}).weights == (1.0, -0.5) * 32
    assert claims.model_table(TABLE).weights == ()


@pytest.mark.parametrize("weights", [
        ["nan"] * 64, [None] * 64, [True] * 64, [0.0] * 65, [1.0] * 3, [[1.0]], "0.5", {"a": 1.0}, [10**400] * 64,
        [1e300] * 64, [1.0] * 63 + [float("inf")],
    ],
)  # fmt: skip
def test_what_is_no_short_list_of_finite_numbers_tells_no_weights_apart(weights: Any) -> None:
    with pytest.raises(claims.ClaimError):
        claims.model_table({**TABLE, "weights": weights})


@given(JSON)
def test_any_json_is_a_value_or_a_claim_error(data: Any) -> None:
    for check in (claims.answer, claims.model_table, claims.histories, claims.output, claims.cell_error):
        try:
            value = check(data)
        except claims.ClaimError:
            continue
        assert isinstance(value, (Answer, ModelTable, dict, CellError)), check


@given(st.dictionaries(st.sampled_from(["state", "message", "seconds"]), JSON), st.binary(max_size=200))
def test_any_result_of_a_call_is_a_value_or_a_claim_error(head: dict[str, Any], body: bytes) -> None:
    try:
        result = claims.probe_result(head, body)
    except claims.ClaimError:
        return
    assert result.state == head["state"] or result.state is ProbeState.REFUSED
    assert result.array in (b"", body)


@pytest.mark.parametrize("details", [3, [], "columns", {"a": [[[[]]]] * 600_000}, {"a": "x" * 30_000}, {"a": 2**300}])
def test_what_belongs_to_an_answer_is_checked_like_the_answer(details: Any) -> None:
    with pytest.raises(claims.ClaimError):
        claims.answer({"state": "value", "value": 1, "type_name": "DataFrame", "details": details})


def test_what_belongs_to_an_answer_is_kept() -> None:
    details = {"columns": ["a"], "index": [1, None]}
    assert claims.answer({"state": "unsupported", "type_name": "D", "details": details}).details == details
    assert claims.answer({"state": "value", "value": 1}).details is None
