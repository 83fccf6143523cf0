"""Files people hand in: what is kept, what is refused and in which words, and who may have them."""

import io
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from common.errors import Invalid
from tests import factories
from training import files
from training.models import Paper, Upload

PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\nstartxref\n9\n%%EOF\n"


def picture(kind: str, size=(8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("L", size).save(out, kind)
    return out.getvalue()


def bomb() -> bytes:
    """A small PNG that says it is 30,000 dots wide and high."""
    whole = picture("PNG")
    size = (30_000).to_bytes(4, "big") * 2
    header = b"IHDR" + size + whole[24:29]
    return whole[:12] + header + zlib.crc32(header).to_bytes(4, "big") + whole[33:]


def read(team, name, content):
    file = SimpleUploadedFile(name, content)
    file.name = name  # as it was sent, before Django tidies it
    return files.read_upload(file, clinic=team.clinic, by=team.coordinator, field="file")


def refusal(team, name, content) -> str:
    with pytest.raises(Invalid) as caught:
        read(team, name, content)
    assert caught.value.field == "file"
    assert not Upload.objects.exists()
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("check.pdf", PDF, "application/pdf"),
        ("Photo.JPG", picture("JPEG"), "image/jpeg"),
        ("photo.jpeg", picture("JPEG"), "image/jpeg"),
        ("scan.png", picture("PNG"), "image/png"),
    ],
)
def test_pdf_jpeg_and_png_are_kept_as_they_are(team, name, content, kind):
    upload = read(team, name, content)
    upload.refresh_from_db()
    assert (upload.content_type, upload.size, bytes(upload.content)) == (kind, len(content), content)


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00 a program", b"<html><script>alert(1)</script></html>", b"PK\x03\x04 a zip", b"words", b"\x00" * 40]
)  # fmt: skip
def test_anything_else_is_refused_whatever_it_is_called(team, content):
    assert "something else" in refusal(team, "check.pdf", content)


@pytest.mark.parametrize(
    ("name", "content"), [("photo.png", PDF), ("check.pdf", picture("PNG")), ("check.exe", PDF), ("pdf", PDF), (".pdf", PDF)]
)  # fmt: skip
def test_a_name_that_says_something_else_than_the_content_is_refused(team, name, content):
    assert "inside it is a" in refusal(team, name, content)


def test_hidden_signs_in_a_name_are_refused(team):
    assert "hidden signs" in refusal(team, "check\u202efdp.pdf", PDF)


def test_a_page_with_a_pdf_somewhere_inside_is_no_pdf(team):
    assert "something else" in refusal(team, "check.pdf", b"<html>" + PDF)


@pytest.mark.parametrize(
    ("name", "content"),
    [("check.pdf", PDF[:30]), ("scan.png", picture("PNG")[:-20]), ("photo.jpg", picture("JPEG", (300, 300))[:-700])],
)
def test_half_a_file_is_refused(team, name, content):
    assert "damaged" in refusal(team, name, content)


def test_an_empty_file_and_none_are_refused(team):
    assert "empty" in refusal(team, "check.pdf", b"")
    with pytest.raises(Invalid):
        files.read_upload(None, clinic=team.clinic, by=team.coordinator, field="file")


def test_five_megabytes_are_the_most(team):
    room = files.LARGEST - len(PDF)
    assert "too big" in refusal(team, "check.pdf", PDF[:9] + b" " * (room + 1) + PDF[9:])
    assert read(team, "check.pdf", PDF[:9] + b" " * room + PDF[9:]).size == files.LARGEST


def test_a_file_that_says_it_is_smaller_is_read_no_further_than_five_megabytes(team):
    file = SimpleUploadedFile("check.pdf", b"%PDF-" + b" " * (files.LARGEST + 10))
    file.size = 10
    with pytest.raises(Invalid, match="too big"):
        files.read_upload(file, clinic=team.clinic, by=team.coordinator, field="file")


def test_a_picture_made_to_fill_the_memory_is_refused(team):
    assert "too many dots" in refusal(team, "scan.png", bomb())


def test_the_way_to_a_file_is_no_part_of_its_name_and_a_long_one_is_cut(team):
    assert read(team, "C:\\fakepath\\..\\check.pdf", PDF).name == "check.pdf"
    assert read(team, "../../etc/check.pdf", PDF).name == "check.pdf"
    assert len(read(team, "a" * 300 + ".pdf", PDF).name) == files.LONGEST_NAME


@pytest.fixture
def paper(team):
    mentor = factories.make_mentor(team)
    upload = read(team, "Rita's check é.pdf", PDF)
    return Paper.objects.create(mentor=mentor, kind="background", upload=upload, added_by=team.coordinator)


def test_a_file_is_given_to_keep_and_never_opened_inside_a_page(team, paper, sign_in):
    for reader in (team.coordinator, paper.mentor.person.user):
        answer = sign_in(reader).get(f"/files/{paper.upload.ref}/")
        assert answer.status_code == 200 and answer.content == PDF
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff" and "no-store" in answer["Cache-Control"]


def test_nobody_else_learns_that_there_is_a_file(team, other_team, paper, sign_in):
    another = factories.make_mentor(team, person=factories.make_person(team.clinic, first_name="Jef"))
    for reader in (team.nurse, team.clinician, team.admin, team.trainer, other_team.coordinator, another.person.user):
        assert sign_in(reader).get(f"/files/{paper.upload.ref}/").status_code == 404


def test_a_file_that_belongs_to_nothing_is_nobodys(team, sign_in):
    assert sign_in(team.coordinator).get(f"/files/{read(team, 'check.pdf', PDF).ref}/").status_code == 404
