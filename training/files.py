"""Files that people hand in: read once, looked into, kept in the database, given out only to who may see them."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from collections.abc import Callable
from pathlib import PurePosixPath

import puremagic
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from accounts.models import User
from clinics.models import Clinic
from common.errors import Invalid
from training.models import Upload

LARGEST = 5 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000  # a photo of a good phone; more is made to fill a memory
LONGEST_NAME = 120
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS = {PDF: ("pdf",), JPEG: ("jpg", "jpeg"), PNG: ("png",)}
CALLED = {PDF: "PDF", JPEG: "JPEG", PNG: "PNG"}
ACCEPT = ".pdf,.jpg,.jpeg,.png"  # for the browser's own dialogue; what counts is looked at here

_sights: list[Callable[[User, Upload], bool]] = []


def register_sight(may_see: Callable[[User, Upload], bool]) -> None:
    """Add a function (user, upload) -> whether they may see it, because of what the file belongs to. Twice is once."""
    if may_see not in _sights:
        _sights.append(may_see)


def may_see(user: User, upload: Upload) -> bool:
    """Tell whether somebody may have a file: one of the parts it belongs to says so."""
    return any(sight(user, upload) for sight in _sights)


def find(user: User, ref: str) -> Upload | None:
    """Return a file with its content; None for one that is not there or not theirs to see."""
    upload = Upload.objects.filter(ref=ref).first()
    return upload if upload and may_see(user, upload) else None


def read_upload(file: UploadedFile | None, *, clinic: Clinic, by: User, field: str) -> Upload:
    """Look into a file and keep it: PDF, JPEG or PNG by its content, with a name that says the same, at most 5 MB.

    Call it inside the action's transaction. Raises Invalid at `field`, in words, for anything else.
    """
    content = _bounded(file, field)
    kind = _kind_of(content, field)
    name = _name(str(getattr(file, "name", "") or ""), kind, field)
    return Upload.objects.create(
        clinic=clinic, by=by, name=name, content_type=kind, size=len(content), content=content,
        digest=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


def _bounded(file: UploadedFile | None, field: str) -> bytes:
    if file is None:
        raise Invalid(_("Choose a file"), field=field)
    if (file.size or 0) > LARGEST:
        raise Invalid(_too_big(), field=field)
    file.seek(0)
    content = file.read(LARGEST + 1)
    if not content:
        raise Invalid(_("This file is empty. Choose another one"), field=field)
    if len(content) > LARGEST:
        raise Invalid(_too_big(), field=field)
    return content


def _too_big() -> str:
    return _("This file is too big: at most 5 MB. A photo of the page in a lower quality will do")


def _kind_of(content: bytes, field: str) -> str:
    """Return what the content is, whatever the file is called."""
    kind = _signature(content)
    if kind is None:
        raise Invalid(_("Choose a PDF, or a photo as JPEG or PNG: this file is something else"), field=field)
    whole = _is_whole_pdf(content) if kind == PDF else _is_whole_image(content, kind, field)
    if not whole:
        raise Invalid(_("This file is damaged or not complete. Save it again, then choose it"), field=field)
    return kind


def _signature(content: bytes) -> str | None:
    """Return the one kind of ours whose signature stands at the very beginning; puremagic must not see another there."""
    begins = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
    kind = next((kind for sign, kind in begins.items() if content.startswith(sign)), None)
    try:
        seen = {match.mime_type for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        return None
    return kind if kind in seen else None


def _is_whole_pdf(content: bytes) -> bool:
    return b"%%EOF" in content[-2048:] and b"startxref" in content[-4096:]


def _is_whole_image(content: bytes, kind: str, field: str) -> bool:
    """Tell whether an image can be read to its end; refuses one that would unfold to more than memory holds."""
    try:
        image = Image.open(io.BytesIO(content), formats=[CALLED[kind]])
        if image.width * image.height > MOST_PIXELS:
            raise Invalid(_many_pixels(), field=field)
        image.verify()
        again = Image.open(io.BytesIO(content), formats=[CALLED[kind]])
        again.draft("L", (256, 256))  # a JPEG need not be unfolded whole to be read to its end
        again.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid(_many_pixels(), field=field) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        return False
    return True


def _many_pixels() -> str:
    return _("This picture has too many dots. Save it smaller, then choose it again")


def _name(given: str, kind: str, field: str) -> str:
    """Return a name safe to keep and to give out; one that says another kind than the content is refused."""
    name = PurePosixPath(given.replace("\\", "/")).name
    if any(unicodedata.category(sign).startswith("C") for sign in name):
        raise Invalid(_("There are hidden signs in the name of this file. Give it an ordinary name"), field=field)
    stem, _dot, ending = name.rpartition(".")
    if not stem or ending.lower() not in ENDINGS[kind]:
        words = _(
            "The name of this file says “%(ending)s”, and inside it is a %(kind)s. Give it a name that ends in .%(right)s"
        )
        raise Invalid(
            words % {"ending": ending[:12] or "-", "kind": CALLED[kind], "right": ENDINGS[kind][0]}, field=field
        )
    return f"{stem[: LONGEST_NAME - 1 - len(ending)]}.{ending.lower()}"
