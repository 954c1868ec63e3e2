"""The run record: what is written is read back equal, and what is damaged is refused by name."""

from mnist.runs import Record


def test_the_schema_of_a_record_names_every_field_and_refuses_others():
    schema = Record.model_json_schema()

    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(Record.model_fields)
    assert set(schema["properties"]) - set(schema["required"]) == {"version", "published"}
    assert set(schema["$defs"]["Published"]["properties"]) == {"accuracy", "epoch", "statement"}
