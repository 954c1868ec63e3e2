"""Class lists as programs save them, and what is said of those that cannot be read."""

import pytest

from backprop.classroom.roster import Person, RosterError, file_stems, read_roster

ADA, BOB = Person("1", "Ada Lovelace", "ada@x.org"), Person("2", "Bob Li", "bob@x.org")


def roster(tmp_path, content):
    file = tmp_path / "class.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(file)


@pytest.mark.parametrize(
    "content",
    [
        "id,name,email\n1,Ada Lovelace,ada@x.org\n2,Bob Li,bob@x.org\n",
        "ID;Name;E-Mail\r\n1;Ada Lovelace;ada@x.org\r\n2;Bob Li;bob@x.org\r\n",
        "email\tname\tid\nada@x.org\tAda Lovelace\t1\nbob@x.org\tBob Li\t2",
        "id|name|email\n\n1|Ada Lovelace|ada@x.org\n\n2|Bob Li|bob@x.org\n\n",
        "First name,Last name,ID number,Email address\nAda,Lovelace,1,ada@x.org\nBob,Li,2,bob@x.org\n",
        "\ufeffid,name,email\n1,Ada Lovelace,ada@x.org\n2,Bob Li,bob@x.org\n",
        "id,name,email\n1,Ada Lovelace,ada@x.org\n2,Bob Li,bob@x.org\n".encode("utf-16"),
        'Student,ID,SIS User ID,Email\n"  Points Possible",,,\nAda Lovelace,77,1,ada@x.org\nBob Li,78,2,bob@x.org\n',
        "1,Ada Lovelace,ada@x.org\n2,Bob Li,bob@x.org\n",
        "Ada Lovelace,1,ada@x.org\nBob Li,2,bob@x.org",
    ],
)
def test_a_class_list_is_read_as_programs_save_it(content, tmp_path):
    assert roster(tmp_path, content).people == (ADA, BOB)


def test_columns_without_headings_are_told(tmp_path):
    told = roster(tmp_path, "1,Ada Lovelace\n2,Bob Li\n").guessed
    assert told == "no headings found; column 1 as id, column 2 as name read"


def test_names_alone_are_their_ids(tmp_path):
    assert roster(tmp_path, "name\nAda\nBob\n").people == (Person("Ada", "Ada"), Person("Bob", "Bob"))


def test_names_of_windows_programs_are_read(tmp_path):
    assert roster(tmp_path, "name\nJosé Núñez\n".encode("cp1252")).people[0].name == "José Núñez"


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("", "holds nobody"),
        ("id,name\n", "holds headings and nobody"),
        ("id,name\n1,Ada\n1,Bob\n", r"line 3: id '1' is on line 2 already$"),
        ("name\nAda\nBob\nAda\n", r"line 4: the name 'Ada' is on line 2 already; a column id tells them apart"),
        ("id,name\n1,Ada\n,Bob\n", r"line 3: no id stands there"),
        ("email\na@x.org\n", "no column of names or ids"),
        ('id,name\n1,"Ada\n2,Bob\n', "a quotation mark may be missing"),
        (b"id,name\n1,\x00\n", "is no text"),
        (b"PK\x03\x04", "is a workbook; save it as CSV"),
        ("id,name\n1," + 201 * "a", "line 2: name of 201 characters; at most 200"),
        ("name\n" + "".join(f"s{number}\n" for number in range(20_010)), "more than 20,000 students"),
    ],
)
def test_what_is_no_class_list_is_told_in_one_line(content, match, tmp_path):
    with pytest.raises(RosterError, match=match) as error:
        roster(tmp_path, content)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300 + len(str(tmp_path))


def test_ten_thousand_students_are_read(tmp_path):
    people = roster(tmp_path, "id,name\n" + "".join(f"{number},Student {number}\n" for number in range(10_000))).people
    assert len(set(file_stems(people))) == len(people) == 10_000


@pytest.mark.parametrize(
    ("person", "stem"),
    [
        (Person("1", "Ada Lovelace"), "Ada-Lovelace-1"),
        (Person("../../etc/passwd", "../../etc/passwd"), "etc-passwd"),
        (Person("7", '=HYPERLINK("http://x")'), "HYPERLINK-http-x-7"),
        (Person("CON", "CON"), "student-CON"),
        (Person("8", "Łukasz Żółw"), "Łukasz-Żółw-8"),
        (Person("...", "..."), "student"),
    ],
)
def test_a_file_name_is_safe_on_every_system(person, stem):
    assert file_stems([person]) == [stem]


def test_no_two_students_share_a_file():
    people = [Person("1", "a"), Person("1 ", "A"), Person("a-1", "a-1"), Person("a.1", "a.1")]
    stems = file_stems(people)
    assert len({stem.casefold() for stem in stems}) == 4
